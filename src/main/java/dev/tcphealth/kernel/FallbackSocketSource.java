package dev.tcphealth.kernel;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads netlink as long as it answers, and /proc where it does not: in a container whose seccomp profile refuses it, or
 * on a kernel without inet_diag. What /proc does not tell is then said to be missing.
 */
public final class FallbackSocketSource implements SocketSource {

    private static final String NOT_KNOWN =
            "who closed first, retransmissions and traffic of connections and the backlog of listeners are not known";

    private final @Nullable SocketSource netlink;
    private final SocketSource proc;
    private List<String> missing;

    /**
     * A source that may have to do with less.
     *
     * @param netlink null where no native call can be made
     * @param why why not, or nothing
     */
    public FallbackSocketSource(@Nullable SocketSource netlink, String why, SocketSource proc) {
        this.netlink = netlink;
        this.proc = proc;
        this.missing = netlink == null ? List.of("native calls: " + why + ": " + NOT_KNOWN) : List.of();
    }

    @Override
    public int forEach(int states, boolean tcpInfo, Consumer<SocketRow> visitor, @Nullable Runnable again)
            throws IOException {
        if (netlink != null) {
            try {
                int gaps = netlink.forEach(states, tcpInfo, visitor, again);
                missing = List.of();
                return gaps;
            } catch (IOException e) {
                missing = List.of(e.getMessage() + ": /proc is read instead; " + NOT_KNOWN);
                if (again != null) {
                    again.run();
                }
            }
        }
        return proc.forEach(states, tcpInfo, visitor, again);
    }

    @Override
    public List<String> missing() {
        return missing;
    }
}
