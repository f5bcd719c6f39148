package dev.tcphealth.health;

import dev.tcphealth.config.HealthLimits;
import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.UsageStats;
import dev.tcphealth.health.History.Since;
import dev.tcphealth.text.Plain;

/** Too many segments to a destination are lost on the way. */
final class RetransmissionRule implements Rule {

    /** Ten times the limit, but not below this, is critical. */
    private static final double CRITICAL_PERCENT = 1;

    /** So many losses are expected at the limit among the segments looked back on, so that two by chance are no proof. */
    private static final double EXPECTED = 3;

    @Override
    public String name() {
        return "retransmission";
    }

    @Override
    public void judge(Sight sight, Verdicts verdicts) {
        for (DestinationStats to : sight.now().destinations()) {
            judge(to, sight, verdicts);
        }
    }

    private static void judge(DestinationStats to, Sight sight, Verdicts verdicts) {
        HealthLimits limits = sight.limits();
        boolean local = Locality.isLocal(to, sight.now(), limits);
        double limit = verdicts.limit(to.name(), local ? limits.retransmissionLocal() : limits.retransmissionDistant());
        long enough = Math.max(limits.retransmissionSegments(), (long) (100 * EXPECTED / limit));
        Since since = sight.history().segments.since(to.name(), Histories.SEGMENTS_SENT, enough);
        long sent = since.of(Histories.SEGMENTS_SENT);
        long again = since.of(Histories.SEGMENTS_RETRANSMITTED);
        switch (Retransmission.judge(sent, again, limit, limits.retransmissionSegments())) {
            case FINE -> {}
            case NOT_ENOUGH_DATA -> {
                if (again > 0) {
                    verdicts.undecided(to.name() + ": " + Plain.count(again) + " of " + Plain.count(sent)
                            + " segments retransmitted, too few to judge by");
                }
            }
            case TOO_HIGH -> problem(to, local, since, sight, verdicts);
        }
    }

    private static void problem(DestinationStats to, boolean local, Since since, Sight sight, Verdicts verdicts) {
        double limit =
                local ? sight.limits().retransmissionLocal() : sight.limits().retransmissionDistant();
        long sent = since.of(Histories.SEGMENTS_SENT);
        double percent = 100.0 * since.of(Histories.SEGMENTS_RETRANSMITTED) / sent;
        Problem problem = verdicts.problem(
                to.name(),
                percent >= Math.max(10 * limit, CRITICAL_PERCENT) ? Severity.CRITICAL : Severity.WARNING,
                Plain.ratioPercent(percent) + " of the segments to " + to.name() + " are retransmitted; "
                        + Plain.ratioPercent(limit) + " is the limit "
                        + (local ? "on the local network" : "over distance"));
        problem.to(to.name())
                .evidence("segments sent", sent, "segments")
                .evidence("retransmitted", since.of(Histories.SEGMENTS_RETRANSMITTED), "segments")
                .evidence("over", since.seconds(), "s")
                .by(Usages.most(to, usage -> retransmitted(to, usage, since, sight)))
                .advice(
                        local
                                ? "Segments are lost inside your own network: look at errors and drops of the interfaces"
                                        + " and switches on the way (ip -s link, ethtool -S), at duplex, and at full"
                                        + " queues. The code path only suffers from it."
                                : "Segments are lost on the way: compare with other destinations over the same link, and"
                                        + " look for a full uplink, a VPN with too large an MTU, or a policer. The code"
                                        + " path only suffers from it.");
    }

    private static long retransmitted(DestinationStats to, UsageStats usage, Since since, Sight sight) {
        return sight.history()
                .retransmitted
                .back(Histories.key(to, usage), since.samples())
                .of(0);
    }
}
