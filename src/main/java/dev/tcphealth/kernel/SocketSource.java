package dev.tcphealth.kernel;

import java.io.IOException;
import java.util.function.Consumer;

/** Where the kernel's TCP sockets of one network namespace are read from. Not thread-safe: one sampler uses it. */
public interface SocketSource {

    /**
     * Shows every TCP socket, IPv4 and IPv6, once.
     *
     * @param visitor is handed the same row object again and again
     * @return the number of rows that could not be understood and were left out
     * @throws IOException where nothing can be read at all
     */
    int forEach(Consumer<SocketRow> visitor) throws IOException;
}
