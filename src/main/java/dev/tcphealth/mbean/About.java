package dev.tcphealth.mbean;

import dev.tcphealth.correlate.StateCounts;
import dev.tcphealth.kernel.TcpState;
import java.util.ArrayList;
import java.util.List;

/** A row of a table in words. */
final class About {
    private About() {}

    /**
     * What hurts first, and what there is else.
     *
     * @param closed sockets in TIME_WAIT that were closed here, whoever opened them
     */
    static String sockets(StateCounts states, long live, long closed) {
        if (!states.known()) {
            return live + " live";
        }
        List<String> parts = new ArrayList<>();
        add(parts, states.of(TcpState.CLOSE_WAIT), "CLOSE_WAIT");
        add(parts, states.of(TcpState.TIME_WAIT), "TIME_WAIT");
        if (states.of(TcpState.TIME_WAIT) == 0) {
            add(parts, closed, "TIME_WAIT closed here");
        }
        add(parts, live, "live");
        return parts.isEmpty() ? "nothing now" : String.join(", ", parts);
    }

    private static void add(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add(count + " " + what);
        }
    }
}
