package dev.tcphealth.connection;

import dev.tcphealth.concurrent.Chance;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps the agent's own cost below a share of one core: what costs most is to look at stacks, so when the last ten seconds
 * went over it, only one in so many is looked at. Which ones is up to chance, as every n-th could always be the same one
 * of code paths that take turns. What the sampler takes is the hooks' no more, but for a quarter; and where few stacks are
 * looked at, as most are recognised, they all are: to be blind would not make it cheaper.
 *
 * <p>Whoever reports a cost does the work, once a second and one thread at a time; nobody waits. A clock reading comes
 * from {@link System#nanoTime}.
 */
public final class Governor {

    /** Beyond that a sample says nothing, and the stacks are no longer what costs. */
    static final int FEWEST = 1024;

    /**
     * With fewer events timed in the window, what they took may be chance: one that waits for a processor counts as 64.
     * So few events would have to take 40 us each to be 5 % of a core.
     */
    static final int ENOUGH_TIMED = 200;

    /** No look takes that long: where even so all looks take little of what is allowed, they are not what costs. */
    private static final long LONGEST_LOOK_NANOS = 10_000;

    private static final int SLICES = 10;
    private static final long SLICE_NANOS = 1_000_000_000;

    /** What is allowed of the window, in nanoseconds; 0 for no limit. */
    private final long allowedNanos;

    private final LongAdder hooks = new LongAdder();
    private final LongAdder timed = new LongAdder();
    private final LongAdder looks = new LongAdder();
    private final LongAdder sampler = new LongAdder();
    private final AtomicBoolean busy = new AtomicBoolean();

    // Only whoever is busy touches these.
    private final Window hooksWindow = new Window();
    private final Window timedWindow = new Window();
    private final Window looksWindow = new Window();
    private final Window samplerWindow = new Window();
    private long sliceBegan;
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
        return n == 1 || Chance.oneIn(n);
    }

    /** Tells that a stack was looked at. */
    void looked() {
        looks.increment();
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

    /**
     * Tells of time that the application's threads were inside the agent.
     *
     * @param events how many were timed to know that
     */
    void hooks(long nanos, int events, long nowNanos) {
        hooks.add(nanos);
        timed.add(events);
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
        long length = now - sliceBegan;
        if (length < SLICE_NANOS) {
            return; // another thread has been here meanwhile
        }
        sliceBegan = now;
        sliceEnds = now + SLICE_NANOS;
        // A time without any cost ends with the first one: it was as long as many slices.
        int passed = (int) Math.min(SLICES, length / SLICE_NANOS);
        long hooksInSlice = hooksWindow.endSlice(hooks.sum(), passed);
        timedWindow.endSlice(timed.sum(), passed);
        looksWindow.endSlice(looks.sum(), passed);
        samplerWindow.endSlice(sampler.sum(), passed);
        long allowed = Math.max(allowedNanos - samplerWindow.sum(), allowedNanos / 4);
        decide(hooksWindow.sum(), (long) (hooksInSlice * ((double) SLICES * SLICE_NANOS / length)), allowed, passed);
    }

    /**
     * Raises n to what would have been enough for the last slice, once the window is over the limit and the last slice is
     * still. Lowers it after ten seconds that would have stayed below half the limit, were all of the cost due to stacks:
     * what follows must double before it is raised again.
     */
    private void decide(long window, long windowAtThisRate, long allowed, int passed) {
        int n = oneIn;
        boolean looksMatter = looksWindow.sum() * LONGEST_LOOK_NANOS > allowed / 4;
        if (window > allowed && windowAtThisRate > allowed && looksMatter && timedWindow.sum() >= ENOUGH_TIMED) {
            oneIn = (int) Math.min(FEWEST, enough(n, windowAtThisRate, allowed));
            quietSlices = 0;
        } else if (n > 1) {
            int less = (int) Math.max(1, enough(n, 2 * Math.max(window, windowAtThisRate), allowed));
            quietSlices = less <= n / 2 ? quietSlices + passed : 0;
            if (quietSlices >= SLICES) {
                oneIn = less;
                quietSlices = 0;
            }
        }
    }

    /** What n must be instead for a cost to be the limit. */
    private static long enough(int n, long cost, long allowed) {
        return (n * cost + allowed - 1) / allowed;
    }

    /** The last ten seconds of a total that only rises. */
    private static final class Window {

        private final long[] slices = new long[SLICES];
        private long before;

        /** Gives what the total has risen by in the slice that ends, which was as long as so many. */
        long endSlice(long total, int passed) {
            long risen = total - before;
            before = total;
            System.arraycopy(slices, passed, slices, 0, SLICES - passed);
            Arrays.fill(slices, SLICES - passed, SLICES, 0);
            slices[SLICES - 1] = risen;
            return risen;
        }

        long sum() {
            return Arrays.stream(slices).sum();
        }
    }
}
