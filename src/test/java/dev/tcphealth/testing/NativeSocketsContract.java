package dev.tcphealth.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tcphealth.kernel.NativeSockets;
import dev.tcphealth.kernel.SocketFds;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What every implementation of {@link NativeSockets} must do, tried on real sockets. */
public final class NativeSocketsContract {

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_RCVBUF = 8;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;

    private NativeSocketsContract() {}

    /** Throws an AssertionError with what it does not do. */
    public static void check(NativeSockets sockets) throws Exception {
        opensAndCloses(sockets);
        bindsToWhatIsBetweenPositionAndLimit(sockets);
        try (Pair pair = new Pair()) {
            sendsAndReceivesBetweenPositionAndLimit(sockets, pair);
            readsOptions(sockets, pair);
            saysWhatIsWrong(sockets, pair);
            makesNoGarbage(sockets, pair);
        }
        keepsThreadsApart(sockets);
    }

    private static void opensAndCloses(NativeSockets sockets) throws IOException {
        int descriptor = sockets.socket(AF_INET, SOCK_STREAM, 0);
        assertThat(new SocketFds().inodeOf(descriptor)).isPresent();
        assertThat(sockets.close(descriptor)).isZero();
        assertThat(sockets.close(descriptor)).isEqualTo(-NativeSockets.EBADF);
        assertThat(sockets.socket(12345, SOCK_STREAM, 0)).isEqualTo(-NativeSockets.EAFNOSUPPORT);
    }

    /** To loopback and a port of the kernel's choice, in struct sockaddr_in (ip(7)). */
    private static void bindsToWhatIsBetweenPositionAndLimit(NativeSockets sockets) {
        int descriptor = sockets.socket(AF_INET, SOCK_STREAM, 0);
        try {
            ByteBuffer address = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
            address.putShort(3, (short) AF_INET).put(7, new byte[] {127, 0, 0, 1});
            address.position(3).limit(5);
            assertThat(sockets.bind(descriptor, address)).as("too short").isEqualTo(-NativeSockets.EINVAL);
            address.limit(19);
            assertThat(sockets.bind(descriptor, address)).isZero();
            assertThat(address.position()).isEqualTo(3);
            assertThat(address.limit()).isEqualTo(19);
            assertThat(sockets.bind(descriptor, address)).as("twice").isEqualTo(-NativeSockets.EINVAL);
            assertThat(sockets.bind(-1, address)).isEqualTo(-NativeSockets.EBADF);
        } finally {
            sockets.close(descriptor);
        }
    }

    private static void sendsAndReceivesBetweenPositionAndLimit(NativeSockets sockets, Pair pair) throws IOException {
        ByteBuffer out = ByteBuffer.allocateDirect(16).put("..hello....".getBytes(US_ASCII));
        out.position(2).limit(7);
        assertThat(sockets.send(pair.number, out, 0)).isEqualTo(5);
        assertThat(out.position()).isEqualTo(2);
        assertThat(out.limit()).isEqualTo(7);
        ByteBuffer arrived = ByteBuffer.allocate(16);
        assertThat(pair.peer.read(arrived)).isEqualTo(5);
        assertThat(new String(arrived.array(), 0, 5, US_ASCII)).isEqualTo("hello");

        pair.peer.write(ByteBuffer.wrap("answer".getBytes(US_ASCII)));
        ByteBuffer in = ByteBuffer.allocateDirect(16);
        in.position(3).limit(7);
        assertThat(sockets.recv(pair.number, in, 0)).isEqualTo(4);
        assertThat(in.position()).isEqualTo(3);
        assertThat(in.limit()).isEqualTo(7);
        in.clear();
        byte[] all = new byte[16];
        in.get(0, all);
        assertThat(new String(all, US_ASCII)).isEqualTo("\0\0\0answ\0\0\0\0\0\0\0\0\0");
        assertThat(sockets.recv(pair.number, in, 0)).isEqualTo(2);
        assertThat(sockets.recv(pair.number, in, MSG_DONTWAIT)).isEqualTo(-NativeSockets.EAGAIN);
    }

    private static void readsOptions(NativeSockets sockets, Pair pair) {
        byte[] value = new byte[8];
        assertThat(sockets.getsockopt(pair.number, SOL_SOCKET, SO_TYPE, value)).isEqualTo(Integer.BYTES);
        assertThat(ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong(0))
                .isEqualTo(SOCK_STREAM);
        byte[] tcpInfo = new byte[NativeSockets.LONGEST_OPTION];
        assertThat(sockets.getsockopt(pair.number, IPPROTO_TCP, TCP_INFO, tcpInfo))
                .isBetween(104, NativeSockets.LONGEST_OPTION - 1);
        assertThat(tcpInfo[0]).as("ESTABLISHED").isEqualTo((byte) 1);
        byte[] tooLong = new byte[0x10000];
        Arrays.fill(tooLong, (byte) 77);
        int given = sockets.getsockopt(pair.number, IPPROTO_TCP, TCP_INFO, tooLong);
        assertThat(given).isBetween(104, NativeSockets.LONGEST_OPTION);
        assertThat(tooLong[given]).isEqualTo((byte) 77);
        byte[] start = new byte[7];
        assertThat(sockets.getsockopt(pair.number, IPPROTO_TCP, TCP_INFO, start))
                .isEqualTo(7);
        assertThat(start[0]).isEqualTo((byte) 1);
    }

    private static void saysWhatIsWrong(NativeSockets sockets, Pair pair) throws IOException {
        byte[] value = new byte[8];
        assertThat(sockets.getsockopt(-1, SOL_SOCKET, SO_TYPE, value)).isEqualTo(-NativeSockets.EBADF);
        assertThat(sockets.getsockopt(noSocket(), SOL_SOCKET, SO_TYPE, value)).isEqualTo(-NativeSockets.ENOTSOCK);
        assertThat(sockets.getsockopt(pair.number, IPPROTO_TCP, 54321, value)).isEqualTo(-NativeSockets.ENOPROTOOPT);
        ByteBuffer buffer = ByteBuffer.allocateDirect(8);
        assertThat(sockets.recv(-1, buffer, 0)).isEqualTo(-NativeSockets.EBADF);
        assertThat(sockets.send(-1, buffer, 0)).isEqualTo(-NativeSockets.EBADF);
    }

    /** Some descriptor that is none. */
    private static int noSocket() throws IOException {
        SocketFds fds = new SocketFds();
        for (int descriptor : fds.descriptors()) {
            if (fds.inodeOf(descriptor).isEmpty()) {
                return descriptor;
            }
        }
        throw new AssertionError("all descriptors are sockets");
    }

    private static void makesNoGarbage(NativeSockets sockets, Pair pair) {
        byte[] value = new byte[NativeSockets.LONGEST_OPTION];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int calls = 50_000;
        long allocated = Long.MAX_VALUE;
        // None once it is compiled, which takes the JVM as long as it takes.
        for (int round = 0; allocated >= calls && round < 200; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                sockets.getsockopt(pair.number, IPPROTO_TCP, TCP_INFO, value);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat((double) allocated / calls).as("bytes for each call").isLessThan(1);
    }

    /** Each thread asks of its own sockets what differs between them, and is refused in between. */
    private static void keepsThreadsApart(NativeSockets sockets) throws Exception {
        int threads = 12;
        List<Pair> pairs = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Pair pair = new Pair();
                pairs.add(pair);
                pair.channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096 * (i + 1));
                // The kernel reserves twice what it is asked for (socket(7)), which the JDK hides.
                int expected = 2 * pair.channel.getOption(StandardSocketOptions.SO_RCVBUF);
                tasks.add(() -> wrongAnswers(sockets, pair, expected));
            }
            for (Future<Integer> wrong : executor.invokeAll(tasks)) {
                assertThat(wrong.get()).isZero();
            }
        } finally {
            executor.shutdownNow();
            for (Pair pair : pairs) {
                pair.close();
            }
        }
    }

    private static int wrongAnswers(NativeSockets sockets, Pair pair, int expected) {
        byte[] bytes = new byte[NativeSockets.LONGEST_OPTION];
        ByteBuffer value = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        int wrong = 0;
        for (int i = 0; i < 5_000; i++) {
            int length = sockets.getsockopt(pair.number, SOL_SOCKET, SO_RCVBUF, bytes);
            wrong += length == Integer.BYTES && value.getInt(0) == expected ? 0 : 1;
            wrong += sockets.getsockopt(-1, SOL_SOCKET, SO_RCVBUF, bytes) == -NativeSockets.EBADF ? 0 : 1;
            wrong += sockets.getsockopt(pair.number, IPPROTO_TCP, 54321, bytes) == -NativeSockets.ENOPROTOOPT ? 0 : 1;
        }
        return wrong;
    }

    /** Both ends of a connection, one of them with its descriptor. */
    private static final class Pair implements AutoCloseable {

        final SocketChannel channel;
        final SocketChannel peer;
        final int number;

        Pair() throws IOException {
            InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(loopback, 0));
                channel = SocketChannel.open(server.getLocalAddress());
                peer = server.accept();
            }
            number = Descriptors.of(channel);
        }

        @Override
        public void close() throws IOException {
            channel.close();
            peer.close();
        }
    }
}
