package dev.tcphealth.connection;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * A histogram of durations from a microsecond to an hour, in 8 steps for each doubling: a quantile is at most 1/8 above
 * the truth. One kilobyte, where an HdrHistogram of the same range and two digits takes 25: there is one for each
 * destination. Safe for any number of threads.
 */
public final class Durations {

    private static final int STEPS = 8;
    private static final int STEP_BITS = 3;
    private static final int DOUBLINGS = 32;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(STEPS * DOUBLINGS);

    void add(long nanos) {
        counts.incrementAndGet(bucket(Math.max(0, nanos / 1000)));
    }

    /** How many durations there are. */
    public long count() {
        long count = 0;
        for (int i = 0; i < counts.length(); i++) {
            count += counts.get(i);
        }
        return count;
    }

    /** The duration in microseconds that this share (0 to 1) of all does not exceed; -1 if there are none. */
    public long quantileMicros(double share) {
        long wanted = (long) Math.ceil(share * count());
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen > 0 && seen >= wanted) {
                return highest(i);
            }
        }
        return -1;
    }

    /** Moves what is counted here. */
    void moveTo(Durations other) {
        for (int i = 0; i < counts.length(); i++) {
            int moved = counts.get(i) == 0 ? 0 : counts.getAndSet(i, 0);
            if (moved != 0) {
                other.counts.addAndGet(i, moved);
            }
        }
    }

    void reset() {
        for (int i = 0; i < counts.length(); i++) {
            counts.set(i, 0);
        }
    }

    private static int bucket(long micros) {
        if (micros < STEPS) {
            return (int) micros;
        }
        int doubling = 63 - Long.numberOfLeadingZeros(micros) - STEP_BITS;
        int step = (int) (micros >>> doubling) & (STEPS - 1);
        return Math.min((doubling + 1) * STEPS + step, STEPS * DOUBLINGS - 1);
    }

    private static long highest(int bucket) {
        int doubling = bucket / STEPS - 1;
        return doubling < 0 ? bucket : ((long) (STEPS + bucket % STEPS + 1) << doubling) - 1;
    }
}
