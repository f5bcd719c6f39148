package dev.tcphealth.connection;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A histogram of durations from a microsecond to an hour, in 8 steps for each doubling, and the longest of them. One
 * kilobyte, where an HdrHistogram of the same range and one digit takes 2.4 to 4.2: there are two for each code path and
 * each destination. Safe for any number of threads, none of which waits for another.
 *
 * <p>Counters are of 32 bits until one of them is half full, and from then on those of 64 bits go on counting.
 */
public final class Durations {

    private static final int STEPS = 8;
    private static final int STEP_BITS = 3;
    private static final int DOUBLINGS = 32;
    private static final int BUCKETS = STEPS * DOUBLINGS;

    /** A step is an eighth, so that more digits would not be known. */
    private static final MathContext KNOWN = new MathContext(2);

    /** Threads that have not seen the wide counters yet may count as many again. */
    private static final int HALF_FULL = 1 << 30;

    private static final long NONE = -1;

    private final int most;
    private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);
    private final AtomicReference<@Nullable AtomicLongArray> wide = new AtomicReference<>();
    private final AtomicLong longest = new AtomicLong(NONE);

    public Durations() {
        this(HALF_FULL);
    }

    /** @param most what a counter of 32 bits is to hold, about */
    Durations(int most) {
        this.most = most;
    }

    void add(long nanos) {
        long micros = micros(nanos);
        // Before it is counted, so that whoever reads knows a longest of those that are counted.
        atLeast(micros);
        int bucket = bucket(micros);
        AtomicLongArray further = wide.get();
        if (further != null) {
            further.incrementAndGet(bucket);
        } else if (counts.incrementAndGet(bucket) >= most) {
            wide.compareAndSet(null, new AtomicLongArray(BUCKETS));
        }
    }

    /** Adds the same duration so many times. */
    void add(long nanos, long times) {
        atLeast(micros(nanos));
        wide.compareAndSet(null, new AtomicLongArray(BUCKETS));
        AtomicLongArray further = wide.get();
        if (further != null) {
            further.addAndGet(bucket(micros(nanos)), times);
        }
    }

    private static long micros(long nanos) {
        return Math.max(0, nanos / 1000);
    }

    private void atLeast(long micros) {
        long before = longest.get();
        while (before < micros && !longest.compareAndSet(before, micros)) {
            before = longest.get();
        }
    }

    /** How many durations there are. */
    public long count() {
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            count += of(i);
        }
        return count;
    }

    private long of(int bucket) {
        AtomicLongArray further = wide.get();
        return counts.get(bucket) + (further == null ? 0 : further.get(bucket));
    }

    /** The longest duration in microseconds, exactly; -1 if there are none. */
    public long longestMicros() {
        return longest.get();
    }

    /**
     * About the duration in microseconds that this share (0 to 1) of all does not exceed, in two significant digits: less
     * than 1/8 away from the truth. The longest, exactly, where the share is all but less than one. -1 if there are none.
     */
    public long quantileMicros(double share) {
        long[] now = new long[BUCKETS];
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            now[i] = of(i);
            count += now[i];
        }
        long wanted = Math.max(1, (long) Math.ceil(share * count));
        if (wanted >= count) {
            return count == 0 ? NONE : longest.get();
        }
        long before = 0;
        int bucket = 0;
        while (before + now[bucket] < wanted) {
            before += now[bucket];
            bucket++;
        }
        // As if those in a bucket were spread evenly over it.
        double part = (wanted - before - 0.5) / now[bucket];
        double between = lowest(bucket) + part * (lowest(bucket + 1) - lowest(bucket));
        return Math.min(longest.get(), lowest(bucket) < STEPS ? lowest(bucket) : known(between));
    }

    private static long known(double micros) {
        return new BigDecimal(micros).round(KNOWN).longValue();
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
        for (int i = 0; i < BUCKETS; i++) {
            counts.set(i, 0);
        }
        wide.set(null);
        longest.set(NONE);
    }

    private static int bucket(long micros) {
        if (micros < STEPS) {
            return (int) micros;
        }
        int doubling = 63 - Long.numberOfLeadingZeros(micros) - STEP_BITS;
        int step = (int) (micros >>> doubling) & (STEPS - 1);
        return Math.min((doubling + 1) * STEPS + step, BUCKETS - 1);
    }

    /** The shortest duration that belongs there. */
    private static long lowest(int bucket) {
        int doubling = bucket / STEPS - 1;
        return doubling < 0 ? bucket : (long) (STEPS + bucket % STEPS) << doubling;
    }
}
