package dev.tcphealth.health;

import dev.tcphealth.correlate.ListenerStats;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.health.History.Since;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.text.Plain;

/** Connections wait to be accepted, or are dropped as too many wait. */
final class AcceptQueueRule implements Rule {

    private static final String ADVICE = "Accept faster: accept on a thread that does nothing else, and look for what"
            + " stops it. A larger backlog (in the code, and net.core.somaxconn) only helps against bursts.";

    @Override
    public String name() {
        return "accept-queue";
    }

    @Override
    public void judge(Sight sight, Verdicts verdicts) {
        Since overflows = sight.history().overflows.last(Histories.HOST);
        boolean explained = false;
        for (ListenerStats listener : sight.now().listeners()) {
            explained |= judge(listener, overflows, sight, verdicts);
        }
        if (overflows.of(0) > 0 && !explained && !sight.now().listeners().isEmpty()) {
            unexplained(overflows, sight.now(), verdicts);
        }
    }

    private static boolean judge(ListenerStats listener, Since overflows, Sight sight, Verdicts verdicts) {
        String subject = listener.name() + " " + listener.inode();
        if (listener.backlog() < 0 || listener.queue() <= 0) {
            return false;
        }
        // The kernel lets one more wait than the backlog says (sk_acceptq_is_full in net/sock.h).
        boolean full = listener.queue() > listener.backlog();
        double percent = 100.0 * listener.queue() / Math.max(listener.backlog(), 1);
        if (!full && percent < verdicts.limit(subject, sight.limits().acceptQueue())) {
            return false;
        }
        verdicts.problem(
                        subject,
                        full ? Severity.CRITICAL : Severity.WARNING,
                        Plain.counted(listener.queue(), "connection waits", "connections wait") + " at "
                                + listener.name() + " to be accepted; "
                                + Plain.count(listener.backlog()) + " may"
                                + (full ? ", and what comes now is dropped" : ""))
                .by(listener.codePathId(), listener.codePath())
                .to(listener.name())
                .evidence("waiting", listener.queue(), "connections")
                .evidence("backlog", listener.backlog(), "connections")
                .evidence("dropped on this host since the last sample", overflows.of(0), "connections")
                .advice(ADVICE);
        return true;
    }

    /** A burst between two samples, or another process. */
    private static void unexplained(Since overflows, Snapshot now, Verdicts verdicts) {
        boolean oursAlone = now.sockets().of(TcpState.LISTEN) == now.listeners().size();
        verdicts.problem(
                        Histories.HOST,
                        Severity.WARNING,
                        Plain.counted(overflows.of(0), "connection") + " found an accept queue full, "
                                + (oursAlone
                                        ? "one of this JVM's, between two samples"
                                        : "one of this JVM's between two samples or another process's"))
                .evidence("dropped since the last sample", overflows.of(0), "connections")
                .advice(ADVICE);
    }
}
