package dev.tcphealth;

import dev.tcphealth.text.Plain;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the samples themselves below what max-overhead allows of one core: where each of the last three took more than
 * that of the interval, as with half a million sockets, the interval becomes a multiple of what was asked for. One that
 * took long by chance, such as the first, which also loads classes, changes nothing. For one thread.
 */
final class SampleBudget {

    private static final int LAST = 3;

    /** No interval is made longer than this. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final int maxPercent;
    private final long[] costs = new long[LAST];
    private int samples;

    /** @param maxPercent of one core; 0 for no limit */
    SampleBudget(int maxPercent) {
        this.maxPercent = maxPercent;
    }

    /** A sample was taken. */
    void took(long nanos) {
        costs[samples++ % LAST] = nanos;
    }

    /** What the cheapest of the last samples took; 0 before there are enough. */
    private long costNanos() {
        return samples < LAST ? 0 : Arrays.stream(costs).min().orElse(0);
    }

    /** By how much to multiply this interval. */
    int factor(Duration interval) {
        if (maxPercent == 0) {
            return 1;
        }
        double needed = 100.0 / maxPercent * costNanos() / (double) interval.toNanos();
        long most = Math.max(1, LONGEST.dividedBy(interval));
        return (int) Math.max(1, Math.min((double) most, Math.ceil(needed)));
    }

    /** Why the interval is longer than what was asked for; null where it is not. */
    @Nullable
    String reason(Duration interval) {
        int factor = factor(interval);
        return factor == 1
                ? null
                : "samples every " + seconds(interval.multipliedBy(factor)) + " instead of " + seconds(interval)
                        + ": reading the kernel takes " + Plain.measured(costNanos() / 1e9)
                        + " s, and max-overhead allows " + maxPercent + " % of a core";
    }

    private static String seconds(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + " s" : Plain.seconds(duration);
    }
}
