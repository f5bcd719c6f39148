package dev.tcphealth.health;

import java.util.Arrays;

/**
 * The values of something that rises and falls, over the last five minutes. Values closer together than ten seconds are
 * not all kept, so that the memory does not depend on how often they come.
 */
final class Trend {

    /** A forecast needs this much history: a pool that is filled, or a burst, is no trend. */
    static final double HISTORY_SECONDS = 300;

    private static final double APART_SECONDS = 10;
    private static final int MOST = (int) (HISTORY_SECONDS / APART_SECONDS) + 2;

    /** What is kept, the oldest first; the last of them is the present one. */
    private long[] values = new long[4];

    private long[] nanos = new long[4];
    private int count;

    void add(long at, long value) {
        // The last one is overwritten while it is not far enough from the one before.
        if (count < 2 || seconds(count - 2, count - 1) >= APART_SECONDS) {
            makeRoom(at);
            count++;
        }
        values[count - 1] = value;
        nanos[count - 1] = at;
    }

    /** By how much a second it has risen; NaN while there are not five minutes to look back on. */
    double perSecond() {
        double seconds = count < 2 ? 0 : seconds(0, count - 1);
        return seconds < HISTORY_SECONDS ? Double.NaN : (values[count - 1] - values[0]) / seconds;
    }

    /** By how much a second it has risen of late, in 10 to 30 seconds; 0 where there are fewer to look back on. */
    double perSecondOfLate() {
        int then = count - 1;
        while (then > 0 && seconds(then, count - 1) < HISTORY_SECONDS / 10) {
            then--;
        }
        double seconds = count < 2 ? 0 : seconds(then, count - 1);
        return seconds < APART_SECONDS ? 0 : (values[count - 1] - values[then]) / seconds;
    }

    private double seconds(int from, int to) {
        return (nanos[to] - nanos[from]) / 1e9;
    }

    /** Drops what lies more than five minutes back, but for the last such one. */
    private void makeRoom(long now) {
        int from = 0;
        while (from + 1 < count && (now - nanos[from + 1]) / 1e9 >= HISTORY_SECONDS) {
            from++;
        }
        System.arraycopy(values, from, values, 0, count - from);
        System.arraycopy(nanos, from, nanos, 0, count - from);
        count -= from;
        if (count == values.length) {
            values = Arrays.copyOf(values, Math.min(2 * count, MOST));
            nanos = Arrays.copyOf(nanos, Math.min(2 * count, MOST));
        }
    }
}
