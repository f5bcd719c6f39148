package dev.tcphealth.correlate;

import dev.tcphealth.kernel.TcpState;
import java.util.Arrays;

/** How many sockets are in each state. Immutable. */
public final class StateCounts {

    public static final StateCounts NONE = new StateCounts(new int[TcpState.count() + 1]);

    /** Where the kernel's sockets could not be read: every count is -1. */
    public static final StateCounts UNKNOWN = unknown();

    private final int[] counts;

    /** @param counts by {@link TcpState#number}, so one place longer than there are states; copied */
    public StateCounts(int[] counts) {
        this.counts = Arrays.copyOf(counts, TcpState.count() + 1);
    }

    /** How many are in this state, or -1 if unknown. */
    public int of(TcpState state) {
        return counts[state.number()];
    }

    /** All of them, or -1 if unknown. */
    public int total() {
        return known() ? Arrays.stream(counts).sum() : -1;
    }

    /** False where the kernel's sockets could not be read. */
    public boolean known() {
        return counts[0] >= 0;
    }

    private static StateCounts unknown() {
        int[] counts = new int[TcpState.count() + 1];
        Arrays.fill(counts, -1);
        return new StateCounts(counts);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StateCounts that && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return Arrays.toString(counts);
    }
}
