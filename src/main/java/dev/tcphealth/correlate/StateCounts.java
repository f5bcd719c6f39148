package dev.tcphealth.correlate;

import dev.tcphealth.kernel.TcpState;
import java.util.Arrays;

/** How many sockets are in each state. Immutable. */
public final class StateCounts {

    public static final StateCounts NONE = new StateCounts(new int[TcpState.count() + 1]);

    private final int[] counts;

    /** @param counts by {@link TcpState#number}, so one place longer than there are states; copied */
    public StateCounts(int[] counts) {
        this.counts = Arrays.copyOf(counts, TcpState.count() + 1);
    }

    public int of(TcpState state) {
        return counts[state.number()];
    }

    public int total() {
        return Arrays.stream(counts).sum();
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
