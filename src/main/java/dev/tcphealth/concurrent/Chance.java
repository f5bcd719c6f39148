package dev.tcphealth.concurrent;

/**
 * Random choices on the application's threads: without a lock, without garbage, and without {@code ThreadLocalRandom}, as
 * that of JDK 17 asks the thread for its id, and an application may override {@code Thread.getId}. Good enough to choose
 * samples by, and for nothing else. The generator is SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
 */
public final class Chance {

    private static final long GAMMA = 0x9e3779b97f4a7c15L;

    /** A power of two. Threads with the same one may get the same number now and then. */
    private static final int STRIPES = 64;

    /** So that no two stripes share a cache line. */
    private static final int SPACING = 8;

    private static final long[] STATES = new long[STRIPES * SPACING];

    static {
        long seed = System.nanoTime();
        for (int i = 0; i < STRIPES; i++) {
            STATES[i * SPACING] = mixed(seed + i * GAMMA);
        }
    }

    private Chance() {}

    /** True once in so many calls on average, at random; always for 1. */
    public static boolean oneIn(int n) {
        return below(n) == 0;
    }

    /** A number from 0, below the bound, which is positive. */
    public static int below(int bound) {
        int at = (System.identityHashCode(Thread.currentThread()) & (STRIPES - 1)) * SPACING;
        long state = STATES[at] + GAMMA;
        STATES[at] = state;
        return (int) (((mixed(state) >>> 32) * bound) >>> 32);
    }

    private static long mixed(long state) {
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
