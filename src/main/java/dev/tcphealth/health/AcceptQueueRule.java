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
        if (overflows.of(0) > 0 && !explained && listensAlone(sight.now())) {
            betweenSamples(overflows, verdicts);
        }
    }

    /** Whether nobody else listens in this network namespace: what is dropped in it is this JVM's then. */
    private static boolean listensAlone(Snapshot now) {
        return !now.listeners().isEmpty()
                && now.sockets().of(TcpState.LISTEN) == now.listeners().size();
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

    /** A burst that was over when the sample was taken. What others' listeners drop is a fact of the host alone. */
    private static void betweenSamples(Since overflows, Verdicts verdicts) {
        verdicts.problem(
                        Histories.HOST,
                        Severity.WARNING,
                        Plain.counted(overflows.of(0), "connection")
                                + (overflows.of(0) == 1 ? " was" : " were")
                                + " dropped at a full accept queue of this JVM between two samples")
                .evidence("dropped since the last sample", overflows.of(0), "connections")
                .advice(ADVICE);
    }
}
