package dev.tcphealth.testing;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.kernel.ProcSocketSource;
import dev.tcphealth.kernel.SocketFds;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The numbers behind channels, found by what /proc says of their addresses: reflection would need java.base opened. */
public final class Descriptors {

    private Descriptors() {}

    public static int of(SocketChannel channel) throws IOException {
        return of(channel.getLocalAddress(), channel.getRemoteAddress());
    }

    public static int of(ServerSocketChannel channel) throws IOException {
        return of(channel.getLocalAddress(), null);
    }

    private static int of(SocketAddress local, @Nullable SocketAddress remote) throws IOException {
        Endpoint mine = endpoint(local);
        AtomicLong inode = new AtomicLong(-1);
        new ProcSocketSource().forEach(row -> {
            boolean sameRemote =
                    remote == null ? row.remotePort == 0 : row.remote().equals(endpoint(remote));
            if (row.local().equals(mine) && sameRemote) {
                inode.set(row.inode);
            }
        });
        AtomicInteger number = new AtomicInteger(-1);
        new SocketFds().forEach((descriptor, of) -> {
            if (of == inode.get()) {
                number.set(descriptor);
            }
        });
        if (number.get() < 0) {
            throw new AssertionError("/proc does not show the socket of " + local + " " + remote);
        }
        return number.get();
    }

    private static Endpoint endpoint(SocketAddress address) {
        InetSocketAddress inet = (InetSocketAddress) address;
        return Endpoint.of(inet.getAddress(), inet.getPort());
    }
}
