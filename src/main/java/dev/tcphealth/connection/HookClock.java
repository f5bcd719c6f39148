package dev.tcphealth.connection;

import dev.tcphealth.concurrent.Chance;

/**
 * How long the application's threads are inside the agent: one event in so many is timed, and counts for all of them. A
 * reading of the clock for every event would cost as much as the cheaper half of the events do.
 */
public final class HookClock {

    /** What {@link #begin} gives where the event is not timed. */
    private static final long NOT_TIMED = 0;

    static final int ONE_IN = 64;

    /**
     * No event works that long, with deep stacks that are seen for the first time left out: the thread was not running,
     * and on a busy machine such times would be most of the sum.
     */
    static final long LONGEST_NANOS = 200_000;

    private final Governor governor;

    HookClock(Governor governor) {
        this.governor = governor;
    }

    /** To be called first; its result goes to {@link #end}. */
    public long begin() {
        return Chance.oneIn(ONE_IN) ? System.nanoTime() | 1 : NOT_TIMED;
    }

    /** To be called last. */
    public void end(long begin) {
        if (begin != NOT_TIMED) {
            long now = System.nanoTime();
            governor.hooks(took(begin, now) * ONE_IN, 1, now);
        }
    }

    static long took(long begin, long end) {
        return Math.max(0, Math.min(end - begin, LONGEST_NANOS));
    }
}
