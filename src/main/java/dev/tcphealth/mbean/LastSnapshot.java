package dev.tcphealth.mbean;

import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.report.Facts;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The Snapshot all views show: written by the sampler, read by whoever asks by JMX. */
final class LastSnapshot {

    private volatile Snapshot snapshot = Snapshot.EMPTY;

    void set(Snapshot next) {
        snapshot = next;
    }

    Snapshot get() {
        return snapshot;
    }

    /** -1 before the first sample. */
    long count(ToLongFunction<Snapshot> of) {
        Snapshot last = snapshot;
        return Facts.sampled(last) ? of.applyAsLong(last) : -1;
    }

    /** NaN before the first sample. */
    double number(ToDoubleFunction<Snapshot> of) {
        Snapshot last = snapshot;
        return Facts.sampled(last) ? Rounded.of(of.applyAsDouble(last)) : Double.NaN;
    }
}
