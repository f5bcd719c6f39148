package dev.tcphealth.correlate;

import dev.tcphealth.kernel.TcpState;
import java.util.Arrays;

/** Counts sockets by state for each of a dense range of ids. */
final class StateTable {

    private static final int STATES = TcpState.count() + 1;

    private int[] counts = new int[64 * STATES];

    void clear() {
        Arrays.fill(counts, 0);
    }

    void count(int id, TcpState state) {
        int at = id * STATES + state.number();
        if (at >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(2 * counts.length, (id + 1) * STATES));
        }
        counts[at]++;
    }

    boolean any(int id) {
        for (int at = id * STATES; at < Math.min((id + 1) * STATES, counts.length); at++) {
            if (counts[at] > 0) {
                return true;
            }
        }
        return false;
    }

    StateCounts of(int id) {
        int from = id * STATES;
        return from + STATES > counts.length
                ? StateCounts.NONE
                : new StateCounts(Arrays.copyOfRange(counts, from, from + STATES));
    }
}
