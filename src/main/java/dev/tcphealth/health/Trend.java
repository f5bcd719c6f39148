package dev.tcphealth.health;

/** The last values of something that rises and falls, and by how much a second it has done so. */
final class Trend {

    private static final int DEPTH = 6;

    private final long[] values = new long[DEPTH + 1];
    private final long[] nanos = new long[DEPTH + 1];
    private int count;

    void add(long at, long value) {
        values[count % values.length] = value;
        nanos[count % values.length] = at;
        count++;
    }

    /** Over all values there are; 0 with fewer than two. */
    double perSecond() {
        int back = Math.min(count, values.length) - 1;
        if (back < 1) {
            return 0;
        }
        int now = (count - 1) % values.length;
        int then = (count - 1 - back) % values.length;
        double seconds = (nanos[now] - nanos[then]) / 1e9;
        return seconds <= 0 ? 0 : (values[now] - values[then]) / seconds;
    }
}
