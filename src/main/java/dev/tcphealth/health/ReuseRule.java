package dev.tcphealth.health;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.StateCounts;
import dev.tcphealth.correlate.UsageStats;
import dev.tcphealth.health.History.Since;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.text.Plain;
import org.jspecify.annotations.Nullable;

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
            if (to.inbound()) {
                continue;
            }
            Since all = sight.history().destinations.since(to.name(), Histories.TO_CONNECTIONS, CONNECTIONS);
            if (notCaptured(to, sight.history(), all.samples())) {
                judgeTogether(to, all.samples(), sight, verdicts);
            } else {
                to.usages().stream().filter(UsageStats::captured).forEach(usage -> judge(to, usage, sight, verdicts));
            }
        }
    }

    private static void judge(DestinationStats to, UsageStats usage, Sight sight, Verdicts verdicts) {
        String subject = Histories.key(to, usage);
        Since since = sight.history().usages.since(subject, Histories.BY_CONNECTIONS, CONNECTIONS);
        Flow by = new Flow(
                since.perSecond(Histories.BY_CONNECTIONS) - since.perSecond(Histories.BY_NOT_CONNECTED),
                since.of(Histories.BY_ENDED),
                since.of(Histories.BY_LIFETIME_MICROS));
        if (by.isProblem(subject, sight, verdicts)) {
            String title = usage.name() + " opens " + Plain.rate(by.perSecond) + " connections/s to " + to.name()
                    + " with a mean lifetime of " + Plain.measured(by.meanMillis()) + " ms";
            add(subject, title, by, usage, usage.states(), to, verdicts);
        }
    }

    /** While not every stack is captured only the counts of the destination are exact: the code is an estimate. */
    private static void judgeTogether(DestinationStats to, int samples, Sight sight, Verdicts verdicts) {
        UsageStats most = null;
        long mostConnections = 0;
        Flow all = new Flow(0, 0, 0);
        for (UsageStats usage : to.usages()) {
            Since by = sight.history().usages.back(Histories.key(to, usage), samples);
            all = new Flow(
                    all.perSecond + by.perSecond(Histories.BY_CONNECTIONS) - by.perSecond(Histories.BY_NOT_CONNECTED),
                    all.ended + by.of(Histories.BY_ENDED),
                    all.lifetimeMicros + by.of(Histories.BY_LIFETIME_MICROS));
            if (usage.captured() && by.of(Histories.BY_CONNECTIONS) > mostConnections) {
                most = usage;
                mostConnections = by.of(Histories.BY_CONNECTIONS);
            }
        }
        String subject = most == null ? to.name() : Histories.key(to, most);
        if (all.isProblem(subject, sight, verdicts)) {
            String title = Plain.rate(all.perSecond) + " connections/s to " + to.name()
                    + " have a mean lifetime of " + Plain.measured(all.meanMillis()) + " ms; "
                    + (most == null
                            ? "throttling: no stack of them was captured"
                            : "by estimate most are opened by " + most.name());
            add(subject, title, all, most, to.states(), to, verdicts);
        }
    }

    private static boolean notCaptured(DestinationStats to, Histories history, int samples) {
        return to.usages().stream()
                .anyMatch(usage -> !usage.captured()
                        && history.usages
                                        .back(Histories.key(to, usage), samples)
                                        .of(Histories.BY_CONNECTIONS)
                                > 0);
    }

    private static void add(
            String subject,
            String title,
            Flow connections,
            @Nullable UsageStats by,
            StateCounts states,
            DestinationStats to,
            Verdicts verdicts) {
        long connectMicros = to.outcomes().connects().times().medianMicros();
        verdicts.problem(subject, Severity.WARNING, title)
                .by(by)
                .to(to.name())
                .evidence("connections", connections.perSecond, "/s")
                .evidence("mean lifetime", connections.meanMillis(), "ms")
                .evidence("median time to connect", connectMicros < 0 ? Double.NaN : connectMicros / 1000.0, "ms")
                .evidence("of them in TIME_WAIT now", states.of(TcpState.TIME_WAIT), "sockets")
                .advice("Keep connections and use them again: one client object for all requests, responses read to"
                        + " their end, a pool. That would save this many handshakes a second, and the sockets in"
                        + " TIME_WAIT.");
    }

    /** Connections, and how long those that ended lived together. */
    private record Flow(double perSecond, long ended, long lifetimeMicros) {

        double meanMillis() {
            return ended == 0 ? Double.NaN : lifetimeMicros / 1000.0 / ended;
        }

        boolean isProblem(String subject, Sight sight, Verdicts verdicts) {
            return meanMillis() <= sight.limits().shortLived().toMillis()
                    && perSecond >= verdicts.limit(subject, sight.limits().shortLivedRate());
        }
    }
}
