package dev.tcphealth.mbean;

import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The row of a table that one MBean shows: written by the sampler, read by whoever asks by JMX. */
final class Row<R> {
    /**
     * What is shown.
     *
     * @param now the row in the last Snapshot; null if it is not in there
     * @param before the row in the Snapshot before
     * @param seconds between the two
     */
    private record Shown<R>(@Nullable R now, @Nullable R before, double seconds) {}

    private volatile Shown<R> shown = new Shown<>(null, null, Double.NaN);

    /** Those of the last two Snapshots that read what connections have sent and received. */
    private volatile Shown<R> traffic = shown;

    private double secondsSinceTraffic;

    /** @param withTraffic whether this Snapshot has read what connections have sent and received */
    void set(@Nullable R now, double seconds, boolean withTraffic) {
        shown = new Shown<>(now, shown.now, seconds);
        secondsSinceTraffic += seconds;
        if (withTraffic) {
            traffic = new Shown<>(now, traffic.now, secondsSinceTraffic);
            secondsSinceTraffic = 0;
        }
    }

    /** -1 where the row is gone. */
    long count(ToLongFunction<R> of) {
        R now = shown.now;
        return now == null ? -1 : of.applyAsLong(now);
    }

    /** NaN where the row is gone. */
    double number(ToDoubleFunction<R> of) {
        R now = shown.now;
        return now == null ? Double.NaN : Rounded.of(of.applyAsDouble(now));
    }

    /** How fast a total has risen over the last interval; NaN where it is not known, or was reset. */
    double perSecond(ToLongFunction<R> total) {
        return perSecond(shown, total);
    }

    /** The same for what connections have sent and received, over the last interval between two Snapshots that read it. */
    double trafficPerSecond(ToLongFunction<R> total) {
        return shown.now == null ? Double.NaN : perSecond(traffic, total);
    }

    private static <R> double perSecond(Shown<R> last, ToLongFunction<R> total) {
        if (last.now == null || last.before == null || !(last.seconds > 0)) {
            return Double.NaN;
        }
        long rise = total.applyAsLong(last.now) - total.applyAsLong(last.before);
        return rise < 0 ? Double.NaN : Rounded.of(rise / last.seconds);
    }

    @Nullable
    R now() {
        return shown.now;
    }
}
