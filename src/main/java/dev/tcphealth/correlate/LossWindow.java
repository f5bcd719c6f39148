package dev.tcphealth.correlate;

import java.util.function.LongSupplier;

/** The namespace's retransmitted segments since the start or a reset, and whether any are expected now. */
final class LossWindow {

    /** How long after the last retransmission of anyone in the namespace the next is expected. */
    private static final long LOSSY_NANOS = 60_000_000_000L;

    /**
     * How many connections of this JVM must have ended since, so that none is expected. While one is, the kernel tells of
     * each socket that it destroys, which costs the thread that closes it a switch to another, and each accepted
     * connection is asked for SYN-ACKs retransmitted: together 6 us of the 35 us that a loopback connection takes.
     */
    static final long LOSSLESS_ENDS = 10_000;

    private final LongSupplier clock;
    private int resets;
    private long base = -1;
    private long last;
    private long closedThen;
    private long lossyUntil;

    LossWindow(LongSupplier clock) {
        this.clock = clock;
        this.lossyUntil = clock.getAsLong() + LOSSY_NANOS;
    }

    /** Whether segments were retransmitted lately by anyone in the network namespace. */
    boolean lossy() {
        return lossyUntil - clock.getAsLong() > 0;
    }

    /**
     * Splits the kernel's count since boot.
     *
     * @param host the kernel's count, read after ours were added up; negative if unknown
     * @param ours by connections of this JVM since the start or the last reset
     * @param resetsNow how often totals were reset
     * @param closed connections of this JVM that have ended
     */
    Retransmissions split(long host, long ours, int resetsNow, long closed) {
        if (host < 0) {
            return new Retransmissions(-1, ours, -1);
        }
        if (resets != resetsNow || base < 0) {
            resets = resetsNow;
            base = host - ours;
        }
        // What our connections had retransmitted just before the count began, and was read from them afterwards.
        base = Math.min(base, host - ours);
        long since = host - base;
        if (since != last) {
            last = since;
            closedThen = closed;
            lossyUntil = clock.getAsLong() + LOSSY_NANOS;
        } else if (closed - closedThen >= LOSSLESS_ENDS) {
            lossyUntil = clock.getAsLong();
        }
        return new Retransmissions(since, ours, since - ours);
    }
}
