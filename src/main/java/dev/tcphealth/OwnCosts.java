package dev.tcphealth;

import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.connection.Governor;
import dev.tcphealth.mbean.OwnCost;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Takes stock of what the agent costs, on its own thread after each sample; any thread may ask what it was. */
final class OwnCosts {

    /** Less is no interval: the first sample comes at once. */
    private static final long SHORTEST_NANOS = 500_000_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final boolean timed = threads.isCurrentThreadCpuTimeSupported();
    private final ConnectionTracker tracker;
    private long lastNanos = System.nanoTime();
    private long lastThreadNanos;
    private long lastCost;
    private long takenNanos;
    private volatile double percent = Double.NaN;

    OwnCosts(ConnectionTracker tracker) {
        this.tracker = tracker;
    }

    /** To be called right before each sample. */
    void take() {
        Governor governor = tracker.governor();
        long now = System.nanoTime();
        takenNanos = now;
        if (timed) {
            long thread = threads.getCurrentThreadCpuTime();
            governor.sampler(thread - lastThreadNanos, now);
            lastThreadNanos = thread;
        }
        if (now - lastNanos >= SHORTEST_NANOS) {
            long cost = governor.hookNanos() + governor.samplerNanos();
            percent = 100.0 * (cost - lastCost) / (now - lastNanos);
            lastNanos = now;
            lastCost = cost;
        }
    }

    /** What this thread has taken since: its CPU time, or the time that has passed where the JVM does not tell that. */
    long sinceTaken() {
        return timed ? threads.getCurrentThreadCpuTime() - lastThreadNanos : System.nanoTime() - takenNanos;
    }

    /** @param nativeBytes memory held outside of the heap */
    OwnCost last(long nativeBytes) {
        Governor governor = tracker.governor();
        return new OwnCost(
                governor.hookNanos(),
                timed ? governor.samplerNanos() : -1,
                percent,
                tracker.estimatedBytes() + nativeBytes,
                governor.oneIn(),
                tracker.recentlyClosed().forgotten.sum());
    }
}
