package dev.tcphealth;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When samples are due: one interval apart, counted from the beginning of one to the beginning of the next, however long
 * each takes. The next is due by the time the last was due, so that being late now and then does not add up. The interval
 * may be changed by any thread; all else is the sampling thread's.
 */
final class SampleTimes {

    private final LongSupplier clock;
    private volatile Duration interval;
    private volatile int factor = 1;
    private boolean begun;

    /** When the last sample was due. */
    private long due;

    /** @param clock a monotonic clock in nanoseconds, of any origin */
    SampleTimes(Duration interval, LongSupplier clock) {
        this.interval = interval;
        this.clock = clock;
    }

    /** The interval that was asked for. */
    Duration interval() {
        return interval;
    }

    /** From the sample before on. */
    void interval(Duration chosen) {
        interval = chosen;
    }

    /** The interval there is. */
    Duration stretched() {
        return interval.multipliedBy(factor);
    }

    /** Makes the interval so many times what was asked for, from the sample before on. */
    void stretch(int times) {
        factor = times;
    }

    /** By no object: the heap may be full. */
    private long stretchedNanos() {
        return interval.toNanos() * factor;
    }

    /** A sample begins. */
    void begin() {
        long now = clock.getAsLong();
        long next = due + stretchedNanos();
        long late = now - next;
        // As if it had begun in time; where that is out of the question, from now on.
        due = begun && Math.abs(late) < stretchedNanos() / 2 ? next : now;
        begun = true;
    }

    /** How long until the next one is due; not above 0 where it is. */
    long leftNanos() {
        return begun ? due + stretchedNanos() - clock.getAsLong() : 0;
    }
}
