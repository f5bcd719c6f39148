package dev.tcphealth.kernel;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the kernel's TCP sockets of one network namespace are read from. Not thread-safe: one sampler uses it. */
public interface SocketSource {

    /**
     * Shows every TCP socket in one of the wanted states, IPv4 and IPv6, once.
     *
     * @param states the wanted states, {@link TcpState#bit} ORed
     * @param tcpInfo whether {@link SocketRow#tcpInfo} is wanted, which costs the kernel 0.5 us per connection
     * @param visitor is handed the same row object again and again
     * @param again is run where the kernel says that it has lost its place: whatever was shown so far is void and is
     *     shown again. Where null, that is an IOException.
     * @return the number of gaps: rows, or runs of rows, that could not be understood and were left out
     * @throws IOException where nothing can be read at all, or not to the end; rows may have been shown by then
     */
    int forEach(int states, boolean tcpInfo, Consumer<SocketRow> visitor, @Nullable Runnable again) throws IOException;

    /** What this source cannot tell, and why: one line each. */
    default List<String> missing() {
        return List.of();
    }

    /** Shows every TCP socket, without TCP_INFO. */
    default int forEach(Consumer<SocketRow> visitor) throws IOException {
        return forEach(TcpState.ALL_BITS, false, visitor, null);
    }
}
