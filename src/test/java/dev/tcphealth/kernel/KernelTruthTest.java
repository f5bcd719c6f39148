package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Descriptors;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What sock_diag and TCP_INFO say, against /proc, {@code ss} and the kernel's counters, on real traffic. */
class KernelTruthTest {

    private static final String DROP = "add rule inet t out ";

    @BeforeEach
    void needsRoot() {
        Assumptions.assumeTrue(
                ProcessHandle.current().info().user().orElse("").equals("root"),
                "network namespaces and nftables need root");
    }

    @Test
    void bothSourcesShowTheSameSocketsInEveryState() throws Exception {
        try (Network network = new Network();
                ChildProcess child = ChildProcess.start(network.inside(command(States.class)))) {
            child.await("connected");
            nft(network, "add table inet t");
            nft(network, "add chain inet t out { type filter hook output priority 0; }");
            for (int port : new int[] {7000, 7100, 7200}) {
                nft(network, DROP + "tcp dport { " + (port + 1) + ", " + (port + 2) + " } drop");
                nft(network, DROP + "tcp sport { " + (port + 1) + "-" + (port + 3) + ", " + (port + 5) + " } drop");
            }
            Map<TcpState, Integer> counts = new EnumMap<>(TcpState.class);
            for (String count : child.ask("close").split(" ", -1)) {
                counts.put(TcpState.valueOf(count.split("=", -1)[0]), Integer.parseInt(count.split("=", -1)[1]));
            }
            for (TcpState state : TcpState.values()) {
                if (state != TcpState.NEW_SYN_RECV && state != TcpState.CLOSE) {
                    String name = state.name().toLowerCase(Locale.ROOT).replace('_', '-');
                    name = name.replace("wait1", "wait-1")
                            .replace("wait2", "wait-2")
                            .replace("listen", "listening");
                    assertThat(counts.get(state)).as(name).isEqualTo(network.count(name));
                    assertThat(counts.get(state)).as(name).isPositive();
                }
            }
        }
    }

    @Test
    void retransmitsAddUpToTheKernelsCounter() throws Exception {
        try (Network network = small();
                ChildProcess child = ChildProcess.start(network.inside(command(Traffic.class)))) {
            child.await("connected");
            nft(network, "add table inet t");
            // On the way in: what is dropped on the way out the sender knows of, and sends again without counting it.
            nft(network, "add chain inet t out { type filter hook input priority 0; }");
            nft(network, DROP + "meta l4proto tcp numgen random mod 100 < 20 drop");

            String[] answer = child.ask("go").split(" ", -1);

            assertThat(answer[0]).as("by TCP_INFO").isEqualTo(answer[2]);
            assertThat(answer[1]).as("by sock_diag").isEqualTo(answer[2]);
            assertThat(Long.parseLong(answer[2])).as("RetransSegs").isGreaterThan(10);
        }
    }

    @Test
    void tcpInfoSaysWhatWasSent() throws Exception {
        NativeSockets sockets = JnaLoader.load();
        TcpInfoReader reader = new TcpInfoReader(sockets);
        TcpInfo info = new TcpInfo();
        int closedNumber;
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(loopback, 0));
            try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel accepted = server.accept()) {
                int number = Descriptors.of(client);
                closedNumber = number;
                int acceptedNumber = Descriptors.of(accepted);
                transfer(client, accepted, 100_000);
                transfer(accepted, client, 3_000);
                settle(() -> reader.read(number, info) == 0
                        && info.unacknowledgedSegments() == 0
                        && reader.read(acceptedNumber, info) == 0
                        && info.unacknowledgedSegments() == 0);

                assertThat(reader.read(number, info)).isZero();
                assertThat(info.state()).isEqualTo(TcpState.ESTABLISHED.number());
                assertThat(info.bytesSent() - info.bytesRetransmitted()).isEqualTo(100_000);
                assertThat(info.bytesAcknowledged()).as("SYN counts").isEqualTo(100_001);
                assertThat(info.bytesReceived()).isEqualTo(3_000);
                assertThat(info.bytesRetransmitted() > 0)
                        .as("even loopback sends again on a busy machine")
                        .isEqualTo(info.totalRetransmits() > 0);
                assertThat(info.dataSegmentsSent()).isBetween(2L, 100L);
                assertThat(info.segmentsSent()).isGreaterThan(info.dataSegmentsSent());
                assertThat(info.segmentsReceived()).isGreaterThan(info.dataSegmentsReceived());
                assertThat(info.dataSegmentsReceived()).isPositive();
                assertThat(info.rttMicros()).isBetween(1L, 1_000_000L);
                assertThat(info.minRttMicros()).isBetween(1L, info.rttMicros() + info.rttVarianceMicros() * 4 + 1000);
                assertThat(info.congestionWindowSegments()).isBetween(2L, 10_000L);
                assertThat(info.deliveryRateBytesPerSecond()).isPositive();
                assertThat(info.lastDataSentMillis()).isBetween(0L, 60_000L);
                assertThat(info.busyMicros()).isBetween(0L, 60_000_000L);
                assertThat(info.unacknowledgedSegments()).isZero();
                assertThat(info.timeouts()).isIn(0L, TcpInfo.UNKNOWN);

                assertThat(reader.read(acceptedNumber, info)).isZero();
                assertThat(info.bytesSent()).isEqualTo(3_000);
                assertThat(info.bytesAcknowledged()).isEqualTo(3_000);
                assertThat(info.bytesReceived()).isEqualTo(100_000);

                client.shutdownOutput();
                accepted.read(ByteBuffer.allocate(1));
                assertThat(reader.read(acceptedNumber, info)).isZero();
                assertThat(info.state()).isEqualTo(TcpState.CLOSE_WAIT.number());
                assertThat(info.bytesReceived()).as("FIN counts").isEqualTo(100_001);
            }
        }
        assertThat(reader.read(closedNumber, info))
                .as("closed, and perhaps something else's by now")
                .isIn(NativeSockets.EBADF, NativeSockets.ENOTSOCK, NativeSockets.EOPNOTSUPP);
        assertThat(info.isKnown()).isFalse();
        sockets.dispose();
    }

    /** Sends, and receives all of it; the last acknowledgement may still be on its way. */
    private static void transfer(SocketChannel from, SocketChannel to, int bytes) throws Exception {
        Thread sender = new Thread(() -> {
            try {
                ByteBuffer data = ByteBuffer.allocate(bytes);
                while (data.hasRemaining()) {
                    from.write(data);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        sender.start();
        ByteBuffer received = ByteBuffer.allocate(bytes);
        while (received.hasRemaining() && to.read(received) >= 0) {
            // More is to come.
        }
        sender.join();
    }

    /** Waits until it is so, or for so long that what is found then is to be judged as it is. */
    private static void settle(Callable<Boolean> settled) {
        try {
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(50))
                    .until(settled);
        } catch (ConditionTimeoutException e) {
            // Said by whoever compares.
        }
    }

    /** A network in which segments are lost one by one, and not 64 KB of them at a time. */
    private static Network small() throws IOException {
        Network network = new Network();
        network.runInside("ip", "link", "set", "lo", "mtu", "1500", "gso_max_segs", "1");
        return network;
    }

    private static void nft(Network network, String rule) throws IOException {
        network.runInside("nft", rule);
    }

    private static String[] command(Class<?> main) {
        return new String[] {
            Jdk.newest().tool("java"),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()
        };
    }

    private static String line(BufferedReader in) throws IOException {
        String line = in.readLine();
        return line == null ? "" : line;
    }

    /** Brings sockets of three kinds, IPv4, IPv6 and IPv4 on IPv6 sockets, into all states and compares the sources. */
    static final class States {

        private static final List<SocketChannel> KEPT = new ArrayList<>();

        private States() {}

        public static void main(String[] arguments) throws Exception {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            List<Kind> kinds = List.of(
                    new Kind(StandardProtocolFamily.INET, "127.0.0.1", 7000),
                    new Kind(StandardProtocolFamily.INET6, "::1", 7100),
                    new Kind(StandardProtocolFamily.INET6, "127.0.0.1", 7200));
            System.out.println("connected");
            line(in);
            for (Kind kind : kinds) {
                kind.close();
            }
            NetlinkSocketSource netlink = new NetlinkSocketSource(JnaLoader.load());
            ProcSocketSource proc = new ProcSocketSource();
            List<Row> text = new ArrayList<>();
            List<Row> binary = new ArrayList<>();
            settle(() -> {
                text.clear();
                text.addAll(sorted(proc));
                binary.clear();
                binary.addAll(sorted(netlink));
                return isAllThere(binary) && withoutBacklog(binary).equals(text);
            });
            if (!withoutBacklog(binary).equals(text)) {
                System.out.println("netlink " + binary + " but /proc " + text);
                return;
            }
            for (Row row : binary) {
                boolean listener = row.state() == TcpState.LISTEN;
                if (row.backlog() != (listener ? 9 : SocketRow.NO_BACKLOG)) {
                    System.out.println("a wrong backlog: " + row);
                }
            }
            StringBuilder counts = new StringBuilder();
            for (TcpState state : TcpState.values()) {
                List<Row> one = new ArrayList<>();
                netlink.forEach(state.bit(), true, row -> one.add(Row.of(row)), null);
                long all = binary.stream().filter(row -> row.state() == state).count();
                if (one.size() != all) {
                    System.out.println("asked for " + state + " alone: " + one + " of " + binary);
                }
                counts.append(state).append('=').append(all).append(' ');
            }
            System.out.println(counts.toString().strip());
            line(in);
        }

        private static boolean isAllThere(List<Row> rows) {
            return Stream.of(TcpState.CLOSING, TcpState.SYN_RECV)
                    .allMatch(state ->
                            rows.stream().filter(row -> row.state() == state).count() == 3);
        }

        private static List<Row> sorted(SocketSource source) throws IOException {
            List<Row> rows = Row.all(source, TcpState.ALL_BITS);
            rows.sort(Comparator.comparing(Row::local).thenComparing(Row::remote));
            return rows;
        }

        private static List<Row> withoutBacklog(List<Row> rows) {
            return rows.stream().map(Row::withoutBacklog).toList();
        }

        private static final class Kind {

            final ProtocolFamily family;
            final InetAddress address;
            final int port;
            final List<ServerSocketChannel> servers = new ArrayList<>();
            final List<SocketChannel> clients = new ArrayList<>();
            final List<SocketChannel> accepted = new ArrayList<>();

            Kind(ProtocolFamily family, String address, int port) throws IOException {
                this.family = family;
                this.address = InetAddress.getByName(address);
                this.port = port;
                for (int i = 0; i <= 6; i++) {
                    ServerSocketChannel server = ServerSocketChannel.open(family);
                    InetSocketAddress at = new InetSocketAddress(this.address, port + i);
                    servers.add(server.bind(at, 9));
                    if (i < 5) {
                        SocketChannel client = SocketChannel.open(family);
                        client.connect(at);
                        clients.add(client);
                        accepted.add(server.accept());
                    }
                }
                // LAST_ACK needs a FIN from the other side.
                clients.get(2).shutdownOutput();
            }

            void close() throws IOException {
                // 0: ESTABLISHED with data that nobody reads
                clients.get(0).write(ByteBuffer.allocate(1234));
                // 1: FIN_WAIT1, as the FIN is lost; 2: LAST_ACK and FIN_WAIT2, likewise
                clients.get(1).close();
                accepted.get(2).close();
                // 3: FIN_WAIT1 and then CLOSING, as the server's segments are lost
                accepted.get(3).close();
                clients.get(3).close();
                // 4: TIME_WAIT
                clients.get(4).close();
                accepted.get(4).close();
                // 5: SYN_SENT and SYN_RECV
                SocketChannel connecting = SocketChannel.open(family);
                connecting.configureBlocking(false);
                connecting.connect(new InetSocketAddress(address, port + 5));
                KEPT.add(connecting);
                // 6: CLOSE_WAIT and FIN_WAIT2
                SocketChannel client = SocketChannel.open(family);
                client.connect(new InetSocketAddress(address, port + 6));
                KEPT.add(servers.get(6).accept());
                client.shutdownOutput();
                KEPT.add(client);
            }
        }
    }

    /** Sends both ways, and prints how often segments were sent again by TCP_INFO, by sock_diag and by RetransSegs. */
    static final class Traffic {

        private static final int CONNECTIONS = 4;

        private Traffic() {}

        public static void main(String[] arguments) throws Exception {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            NativeSockets sockets = JnaLoader.load();
            List<SocketChannel> ends = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            try (ServerSocketChannel server = ServerSocketChannel.open()) {
                server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 7300));
                for (int i = 0; i < CONNECTIONS; i++) {
                    SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel accepted = server.accept();
                    ends.add(client);
                    ends.add(accepted);
                    threads.add(new Thread(() -> converse(client, accepted)));
                }
            }
            System.out.println("connected");
            line(in);
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            // Acknowledgements may be on their way: until nothing changes any more.
            settle(() -> {
                long counter = retransSegs();
                long[] sums = retransmits(sockets, ends);
                return counter == sums[0] && counter == sums[1];
            });
            long[] sums = retransmits(sockets, ends);
            System.out.println(sums[0] + " " + sums[1] + " " + retransSegs());
            line(in);
        }

        private static void converse(SocketChannel client, SocketChannel accepted) {
            try {
                transfer(client, accepted, 40_000);
                transfer(accepted, client, 10_000);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        private static long[] retransmits(NativeSockets sockets, List<SocketChannel> ends) throws IOException {
            TcpInfo info = new TcpInfo();
            long[] sums = new long[2];
            for (SocketChannel end : ends) {
                new TcpInfoReader(sockets).read(Descriptors.of(end), info);
                sums[0] += info.totalRetransmits();
            }
            new NetlinkSocketSource(sockets)
                    .forEach(TcpState.ESTABLISHED.bit(), true, row -> sums[1] += row.tcpInfo.totalRetransmits(), null);
            return sums;
        }

        private static long retransSegs() {
            return new HostReader().sample().counters().retransmittedSegments();
        }
    }
}
