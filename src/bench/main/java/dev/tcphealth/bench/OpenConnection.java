package dev.tcphealth.bench;

import dev.tcphealth.kernel.SocketFds;
import dev.tcphealth.kernel.TcpInfo;
import dev.tcphealth.kernel.TcpInfoReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;

/** A loopback connection whose descriptor is known. */
final class OpenConnection implements AutoCloseable {

    private final SocketChannel[] ends = new SocketChannel[2];

    /** Opens it and gives the number of one end's descriptor. */
    int open(TcpInfoReader reader) {
        try {
            Set<Integer> before = tcpDescriptors(reader);
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                ends[0] = SocketChannel.open(server.getLocalAddress());
                ends[1] = server.accept();
            }
            Set<Integer> added = tcpDescriptors(reader);
            added.removeAll(before);
            return added.iterator().next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            ends[0].close();
            ends[1].close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that TCP_INFO can be read of. */
    private static Set<Integer> tcpDescriptors(TcpInfoReader reader) throws IOException {
        Set<Integer> descriptors = new HashSet<>();
        TcpInfo info = new TcpInfo();
        new SocketFds().forEach((number, inode) -> {
            if (reader.read(number, info) == 0) {
                descriptors.add(number);
            }
        });
        return descriptors;
    }
}
