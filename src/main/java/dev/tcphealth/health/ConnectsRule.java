package dev.tcphealth.health;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.health.History.Since;
import dev.tcphealth.text.Plain;
import java.util.StringJoiner;

/**
 * Connects to a destination fail, or the peer resets what was connected. Those for want of a local port are the ports
 * rule's.
 */
final class ConnectsRule implements Rule {

    /** A finding needs so many failures: one may be a restart. */
    private static final int FAILURES = 3;

    @Override
    public String name() {
        return "connects-failing";
    }

    @Override
    public void judge(Sight sight, Verdicts verdicts) {
        for (DestinationStats to : sight.now().destinations()) {
            Since since = sight.history().destinations.since(to.name(), Histories.TO_FAILURES, FAILURES);
            long failures = since.of(Histories.TO_FAILURES);
            double percent = 100.0 * failures / Math.max(since.of(Histories.TO_ATTEMPTS), 1);
            if (failures >= FAILURES
                    && percent >= verdicts.limit(to.name(), sight.limits().connectsFailing())) {
                problem(to, since, percent, sight, verdicts);
            }
            if (!to.inbound()) {
                resets(to, sight, verdicts);
            }
        }
    }

    /** Not of accepted connections: load balancers end their checks so. */
    private static void resets(DestinationStats to, Sight sight, Verdicts verdicts) {
        String subject = "resets " + to.name();
        Since since = sight.history().destinations.since(to.name(), Histories.TO_RESET_BY_PEER, FAILURES);
        long resets = since.of(Histories.TO_RESET_BY_PEER);
        double percent = 100.0 * resets / Math.max(since.of(Histories.TO_ENDED), 1);
        if (resets < FAILURES
                || percent < verdicts.limit(subject, sight.limits().connectsFailing())) {
            return;
        }
        verdicts.problem(
                        subject,
                        Severity.WARNING,
                        Plain.percent(percent) + " of the connections to " + to.name() + " were reset by the peer")
                .to(to.name())
                .by(Usages.most(
                        to,
                        usage -> sight.history()
                                .usages
                                .back(Histories.key(to, usage), since.samples())
                                .of(Histories.BY_ENDED)))
                .evidence("reset by the peer", resets, "connections")
                .evidence("ended", since.of(Histories.TO_ENDED), "connections")
                .evidence("over", since.seconds(), "s")
                .advice("The peer, or a firewall or load balancer between, throws connections away: look at its log and"
                        + " its idle time limit, and let connections be given up before that.");
    }

    private static void problem(DestinationStats to, Since since, double percent, Sight sight, Verdicts verdicts) {
        StringJoiner kinds = new StringJoiner(", ");
        name(kinds, since.of(Histories.TO_REFUSED), "refused");
        name(kinds, since.of(Histories.TO_TIMED_OUT), "timed out");
        name(kinds, since.of(Histories.TO_UNREACHABLE), "unreachable");
        name(kinds, since.of(Histories.TO_OTHER_FAILURES), "for another reason");
        verdicts.problem(
                        to.name(),
                        since.of(Histories.TO_CONNECTED) == 0 ? Severity.CRITICAL : Severity.WARNING,
                        Plain.percent(percent) + " of the connects to " + to.name() + " fail: " + kinds)
                .to(to.name())
                .by(Usages.most(
                        to,
                        usage -> sight.history()
                                .usages
                                .back(Histories.key(to, usage), since.samples())
                                .of(Histories.BY_NOT_CONNECTED)))
                .evidence("attempts", since.of(Histories.TO_ATTEMPTS), "connects")
                .evidence("refused", since.of(Histories.TO_REFUSED), "connects")
                .evidence("timed out", since.of(Histories.TO_TIMED_OUT), "connects")
                .evidence("unreachable", since.of(Histories.TO_UNREACHABLE), "connects")
                .evidence("for another reason", since.of(Histories.TO_OTHER_FAILURES), "connects")
                .evidence("over", since.seconds(), "s")
                .advice(advice(since));
    }

    private static void name(StringJoiner kinds, long count, String kind) {
        if (count > 0) {
            kinds.add(Plain.count(count) + " " + kind);
        }
    }

    private static String advice(Since since) {
        long refused = since.of(Histories.TO_REFUSED);
        long timedOut = since.of(Histories.TO_TIMED_OUT);
        long unreachable = since.of(Histories.TO_UNREACHABLE);
        long other = since.of(Histories.TO_OTHER_FAILURES);
        long most = Math.max(Math.max(refused, timedOut), Math.max(unreachable, other));
        if (most == refused) {
            return "Nobody listens there: is the service up, and is the address the right one? Let the client wait longer"
                    + " after each failure.";
        }
        if (most == timedOut) {
            return "There is no answer: the host is down, a firewall drops what is sent, or the peer's accept queue is"
                    + " full. Give connects a time limit of their own.";
        }
        if (most == unreachable) {
            return "There is no way to that network from here: look at routes (ip route get) and at the address.";
        }
        return "The connect was reset, forbidden or given up by the application: the exception's text says which.";
    }
}
