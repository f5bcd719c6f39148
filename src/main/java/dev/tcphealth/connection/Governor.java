package dev.tcphealth.connection;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps the agent's own cost below a share of one core: what costs most is to look at stacks, so when the last ten seconds
 * went over it, only one in so many is looked at. Which ones is up to chance, as every n-th could always be the same one
 * of code paths that take turns.
 *
 * <p>Whoever reports a cost does the work, once a second and one thread at a time; nobody waits. A clock reading comes
 * from {@link System#nanoTime}.
 */
public final class Governor {

    /** Beyond that a sample says nothing, and the stacks are no longer what costs. */
    static final int FEWEST = 1024;

    private static final int SLICES = 10;
    private static final long SLICE_NANOS = 1_000_000_000;

    /** What is allowed of the window, in nanoseconds; 0 for no limit. */
    private final long allowedNanos;

    private final LongAdder hooks = new LongAdder();
    private final LongAdder sampler = new LongAdder();
    private final AtomicBoolean busy = new AtomicBoolean();

    // Only whoever is busy touches these.
    private final long[] slices = new long[SLICES];
    private long sliceBegan;
    private long spentBefore;
    private int quietSlices;

    private volatile long sliceEnds;
    private volatile int oneIn = 1;

    /**
     * Begins to look at every stack.
     *
     * @param maxPercent of one core, over ten seconds; 0 for no limit
     */
    public Governor(int maxPercent, long nowNanos) {
        this.allowedNanos = SLICES * SLICE_NANOS / 100 * maxPercent;
        this.sliceBegan = nowNanos;
        this.sliceEnds = nowNanos + SLICE_NANOS;
    }

    /** One that looks at every stack whatever it costs. */
    public static Governor never() {
        return new Governor(0, 0);
    }

    /** Whether to look at this stack. */
    boolean looks() {
        int n = oneIn;
        return n == 1 || ThreadLocalRandom.current().nextInt(n) == 0;
    }

    /** Of so many stacks one is looked at; 1: all are. */
    public int oneIn() {
        return oneIn;
    }

    /** How long the application's threads have been inside the agent until now, by a sample of them. */
    public long hookNanos() {
        return hooks.sum();
    }

    /** The CPU time of the agent's own thread until now. */
    public long samplerNanos() {
        return sampler.sum();
    }

    /** Tells of time that the application's threads were inside the agent. */
    void hooks(long nanos, long nowNanos) {
        hooks.add(nanos);
        check(nowNanos);
    }

    /** Tells of CPU time of the agent's own thread. */
    public void sampler(long nanos, long nowNanos) {
        sampler.add(nanos);
        check(nowNanos);
    }

    private void check(long nowNanos) {
        if (nowNanos - sliceEnds >= 0 && allowedNanos > 0 && busy.compareAndSet(false, true)) {
            try {
                endSlice(nowNanos);
            } finally {
                busy.set(false);
            }
        }
    }

    private void endSlice(long now) {
        long sum = hooks.sum() + sampler.sum();
        long cost = sum - spentBefore;
        long length = now - sliceBegan;
        if (length < SLICE_NANOS) {
            return; // another thread has been here meanwhile
        }
        spentBefore = sum;
        sliceBegan = now;
        sliceEnds = now + SLICE_NANOS;
        // A time without any cost ends with the first one: it was as long as many slices.
        int passed = (int) Math.min(SLICES, length / SLICE_NANOS);
        System.arraycopy(slices, passed, slices, 0, SLICES - passed);
        Arrays.fill(slices, SLICES - passed, SLICES, 0);
        slices[SLICES - 1] = cost;
        decide(Arrays.stream(slices).sum(), (long) (cost * ((double) SLICES * SLICE_NANOS / length)), passed);
    }

    /**
     * Raises n to what would have been enough for the last slice, once the window is over the limit and the last slice is
     * still. Lowers it by half when that would leave the cost below the limit even if it doubled, for a whole window.
     */
    private void decide(long window, long windowAtThisRate, int passed) {
        int n = oneIn;
        if (window > allowedNanos && windowAtThisRate > allowedNanos) {
            long needed = (n * windowAtThisRate + allowedNanos - 1) / allowedNanos;
            oneIn = (int) Math.min(FEWEST, needed);
            quietSlices = 0;
        } else if (n > 1 && 2 * window < allowedNanos && 2 * windowAtThisRate < allowedNanos) {
            quietSlices += passed;
            if (quietSlices >= SLICES) {
                oneIn = n / 2;
                quietSlices = 0;
            }
        } else {
            quietSlices = 0;
        }
    }
}
