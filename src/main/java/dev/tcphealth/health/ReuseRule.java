package dev.tcphealth.health;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.UsageStats;
import dev.tcphealth.health.History.Since;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.text.Plain;

/** A code path opens one short connection to a destination after the other instead of keeping one. */
final class ReuseRule implements Rule {

    /** Connections to look back on: a rate of fewer says little. */
    private static final int CONNECTIONS = 20;

    @Override
    public String name() {
        return "no-reuse";
    }

    @Override
    public void judge(Sight sight, Verdicts verdicts) {
        for (DestinationStats to : sight.now().destinations()) {
            if (!to.inbound()) {
                to.usages().stream().filter(UsageStats::captured).forEach(usage -> judge(to, usage, sight, verdicts));
            }
        }
    }

    private static void judge(DestinationStats to, UsageStats usage, Sight sight, Verdicts verdicts) {
        String subject = Histories.key(to, usage);
        Since since = sight.history().usages.since(subject, Histories.BY_CONNECTIONS, CONNECTIONS);
        long ended = since.of(Histories.BY_ENDED);
        double established = since.perSecond(Histories.BY_CONNECTIONS) - since.perSecond(Histories.BY_NOT_CONNECTED);
        double lifetimeMillis = ended == 0 ? Double.NaN : (double) since.of(Histories.BY_LIFETIME_MILLIS) / ended;
        boolean isShort = lifetimeMillis <= sight.limits().shortLived().toMillis();
        if (!isShort || established < verdicts.limit(subject, sight.limits().shortLivedRate())) {
            return;
        }
        long connectMicros = to.outcomes().connects().times().medianMicros();
        verdicts.problem(
                        subject,
                        Severity.WARNING,
                        usage.name() + " opens " + Plain.rate(established) + " connections/s to " + to.name()
                                + " that live " + Plain.measured(lifetimeMillis) + " ms")
                .by(usage)
                .to(to.name())
                .evidence("connections", established, "/s")
                .evidence("mean lifetime", lifetimeMillis, "ms")
                .evidence("median time to connect", connectMicros < 0 ? Double.NaN : connectMicros / 1000.0, "ms")
                .evidence("of them in TIME_WAIT now", usage.states().of(TcpState.TIME_WAIT), "sockets")
                .advice("Keep connections and use them again: one client object for all requests, responses read to"
                        + " their end, a pool. That would save this many handshakes a second, and the sockets in"
                        + " TIME_WAIT.");
    }
}
