package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import dev.tcphealth.address.Endpoint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcSocketSourceTest {

    private static final int NOT_UNDERSTOOD = -1;
    private static final String HEADER =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    @TempDir
    Path process;

    @BeforeEach
    void folder() throws IOException {
        Files.createDirectory(process.resolve("net"));
        write("tcp", HEADER);
    }

    @Test
    void readsEveryFieldOfCapturedRows() throws IOException {
        write("tcp", Captured.TCP);
        write("tcp6", Captured.TCP6);

        Reading reading = read();

        assertThat(reading.leftOut).isZero();
        assertThat(reading.rows).hasSize(11 + 12);
        assertThat(reading.rows.get(0))
                .isEqualTo(new Row(TcpState.LISTEN, "127.0.0.1:18080", "0.0.0.0:0", 0, 1, 54585, 0));
        assertThat(reading.rows.get(4))
                .isEqualTo(new Row(TcpState.ESTABLISHED, "127.0.0.1:55866", "127.0.0.1:18080", 0, 3000, 54592, 0));
        assertThat(reading.rows.get(8))
                .isEqualTo(new Row(TcpState.TIME_WAIT, "127.0.0.1:18080", "127.0.0.1:55828", 0, 0, 0, 0));
        assertThat(reading.rows.get(11)).isEqualTo(new Row(TcpState.LISTEN, "[::]:18081", "[::]:0", 0, 0, 54615, 0));
        assertThat(reading.rows.get(13))
                .isEqualTo(new Row(TcpState.ESTABLISHED, "[::1]:18080", "[::1]:48270", 0, 0, 54610, 0));
        assertThat(reading.rows.get(14))
                .isEqualTo(new Row(TcpState.ESTABLISHED, "127.0.0.1:18081", "127.0.0.1:45538", 0, 0, 54617, 0));
    }

    @Test
    void readsRowsOfOtherKernelsAndLargeNumbers() throws IOException {
        // 2.6.18; a slot above 9999 with queues in use and uid -2; a timer of 16 digits and a negative timeout.
        write(
                "tcp",
                HEADER
                        + "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 7412 1 f7c0a080 3000 0 0 2 -1\n"
                        + "12345: 0A00000A:01BB 010200C0:FFFF 08 0000ABCD:FFFFFFFF 01:00000014 00000003 4294967294        0 4026531999 2 0000000000000000 20 4 30 10 -1\n"
                        + "12346: 0A00000A:01BB 010200C0:FFFE 08 00000000:00000000 01:00000001FFFFFFF0 00000000     7       -1 9223372036854775807\n");

        Reading reading = read();

        assertThat(reading.leftOut).isZero();
        assertThat(reading.rows)
                .containsExactly(
                        new Row(TcpState.LISTEN, "0.0.0.0:22", "0.0.0.0:0", 0, 0, 7412, 0),
                        new Row(
                                TcpState.CLOSE_WAIT,
                                "10.0.0.10:443",
                                "192.0.2.1:65535",
                                0xabcd,
                                0xffffffffL,
                                4026531999L,
                                -2),
                        new Row(TcpState.CLOSE_WAIT, "10.0.0.10:443", "192.0.2.1:65534", 0, 0, Long.MAX_VALUE, 7));
    }

    @Test
    void readsAddressesOfABigEndianMachine() throws IOException {
        write("tcp", HEADER + row("7F000001:1F90 0A000005:0001 01", "5"));
        write(
                "tcp6",
                HEADER + row("20010DB8000000000000000000000001:1F90 00000000000000000000FFFF0A000005:0001 01", "6"));

        Reading reading = read(new ProcSocketSource(process, ByteOrder.BIG_ENDIAN));

        assertThat(reading.leftOut).isZero();
        assertThat(reading.rows)
                .extracting(Row::local, Row::remote)
                .containsExactly(tuple("127.0.0.1:8080", "10.0.0.5:1"), tuple("[2001:db8::1]:8080", "10.0.0.5:1"));
    }

    @Test
    void knowsEveryStateAndLeavesUnknownOnesOut() throws IOException {
        StringBuilder rows = new StringBuilder(HEADER);
        for (int state = 0; state <= 14; state++) {
            rows.append(row(String.format(Locale.ROOT, "0100007F:1F90 0100007F:%04X %02X", 5000 + state, state), "1"));
        }
        write("tcp", rows.toString());

        Reading reading = read();

        assertThat(reading.rows).extracting(Row::state).containsExactly(TcpState.values());
        assertThat(reading.leftOut).isEqualTo(3);
    }

    @Test
    void cutShortAtEveryByteShowsTheWholeRowsOnly() throws IOException {
        List<Row> rows4 = captured("tcp", Captured.TCP);
        List<Row> rows6 = captured("tcp6", Captured.TCP6);
        for (int length = 0; length < Captured.TCP.length(); length++) {
            assertCut("tcp", Captured.TCP.substring(0, length), rows4);
        }
        write("tcp", HEADER);
        for (int length = 0; length < Captured.TCP6.length(); length++) {
            assertCut("tcp6", Captured.TCP6.substring(0, length), rows6);
        }
    }

    private List<Row> captured(String file, String text) throws IOException {
        write(file, text);
        List<Row> rows = read().rows;
        write(file, HEADER);
        return rows;
    }

    private void assertCut(String file, String text, List<Row> all) throws IOException {
        write(file, text);
        Reading reading = read();
        int lines = (int) text.chars().filter(c -> c == '\n').count();
        boolean inRow = !text.endsWith("\n");
        boolean nothing = lines == 0 || (lines == 1 && inRow);
        assertThat(reading.rows).as("of %s", text.length()).isEqualTo(all.subList(0, Math.max(0, lines - 1)));
        assertThat(reading.leftOut).as("of %s", text.length()).isEqualTo(nothing ? NOT_UNDERSTOOD : inRow ? 1 : 0);
    }

    @Test
    void aRowThatLostOrGainedAByteBeforeItsUidIsLeftOut() throws IOException {
        String row = Captured.TCP.lines().skip(5).findFirst().orElseThrow();
        int from = row.indexOf(':');
        int to = row.indexOf("00000000     0");
        for (int at = from; at < to; at++) {
            write("tcp", HEADER + row.substring(0, at) + row.substring(at + 1) + "\n");
            assertThat(read().rows).as("without byte %s", at).isEmpty();
            write("tcp", HEADER + row.substring(0, at) + "#" + row.substring(at + 1) + "\n");
            assertThat(read().rows).as("with # at %s", at).isEmpty();
        }
    }

    @Test
    void numbersThatDoNotFitAreLeftOut() throws IOException {
        write(
                "tcp",
                HEADER
                        + row("0100007F:1F90 0100007F:0001 01", "9223372036854775808")
                        + row("0100007F:1F90 0100007F:0002 01", "99999999999999999999")
                        + row("0100007F:1F90 0100007F:0003 01", "1")
                                .replace("     0        0 ", " 4294967296        0 ")
                        + row("0100007F:1F90 0100007F:0006 01", "1").replace("     0        0 ", "0 0 0 ")
                        + row("0100007F:1F90 0100007F:0004 01", "-1")
                        + row("0100007F:1F90 0100007F:0005 01", "12x")
                        + row("0100007F:1F90 0100007F:0007 01", "12"));

        Reading reading = read();

        assertThat(reading.rows).extracting(Row::remote).containsExactly("127.0.0.1:7");
        assertThat(reading.leftOut).isEqualTo(6);
    }

    @Test
    void overlongLinesCountOnceAndDoNotHurtTheirNeighbours() throws IOException {
        String good = row("0100007F:1F90 0100007F:0001 01", "1");
        String good2 = row("0100007F:1F90 0100007F:0002 01", "2");
        for (int length : new int[] {8000, 8191, 8192, 8193, 16_384, 50_000}) {
            write("tcp", HEADER + good + "9".repeat(length) + "\n" + good2);
            Reading reading = read();
            assertThat(reading.rows).as("length %s", length).hasSize(2);
            assertThat(reading.leftOut).as("length %s", length).isEqualTo(1);
            write("tcp", HEADER + good + good2 + "9".repeat(length));
            reading = read();
            assertThat(reading.rows).as("at the end, length %s", length).hasSize(2);
            assertThat(reading.leftOut).as("at the end, length %s", length).isEqualTo(1);
        }
    }

    @Test
    void randomBytesAreLeftOut() throws IOException {
        Random random = new Random(17);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(20_000)];
            random.nextBytes(bytes);
            Files.write(process.resolve("net/tcp"), bytes);
            Reading reading = read();
            assertThat(reading.rows).isEmpty();
            assertThat(reading.leftOut).isEqualTo(NOT_UNDERSTOOD);
        }
        for (int i = 0; i < 2000; i++) {
            String garbled = Captured.garbled(Captured.TCP, random);
            Files.write(process.resolve("net/tcp"), garbled.getBytes(StandardCharsets.ISO_8859_1));
            Reading reading = read();
            int lines = (int) garbled.chars().filter(c -> c == '\n').count() + (garbled.endsWith("\n") ? 0 : 1);
            assertThat(reading.rows.size() + reading.leftOut).isBetween(lines - 3, lines);
        }
    }

    /** No socket at all would be told otherwise, and that is not known. */
    @Test
    void aFileThatIsNotTheKernelsIsAnError() throws IOException {
        String good = row("0100007F:1F90 0100007F:0001 01", "1");
        for (String garbage : List.of("", "\n", "garbage", "garbage\n\ngarbage\n", HEADER + "garbage\n")) {
            write("tcp", garbage);
            assertThatThrownBy(() -> new ProcSocketSource(process).forEach(row -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage(process.resolve("net/tcp") + ": not understood");
            write("tcp", HEADER + good);
            write("tcp6", garbage);
            assertThatThrownBy(() -> new ProcSocketSource(process).forEach(row -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage(process.resolve("net/tcp6") + ": not understood");
            write("tcp6", HEADER);
            assertThat(read().rows).hasSize(1);
        }
        write("tcp", HEADER);
        assertThat(read()).isEqualTo(new Reading(List.of(), 0));
    }

    @Test
    void aRowTheKernelRepeatsIsShownOnce() throws IOException {
        String established = row("0100007F:1F90 0100007F:0001 01", "11");
        String timeWait = row("0100007F:1F90 0100007F:0001 06", "0");
        String other = row("0100007F:1F90 0100007F:0002 06", "0");
        write("tcp", HEADER + established + other + other + established + timeWait);

        Reading reading = read();

        assertThat(reading.leftOut).isZero();
        assertThat(reading.rows)
                .extracting(Row::state, Row::inode)
                .containsExactly(tuple(TcpState.ESTABLISHED, 11L), tuple(TcpState.TIME_WAIT, 0L));
    }

    @Test
    void aConnectionThatIsAcceptedMeanwhileIsShownOnce() throws IOException {
        String embryonic = row("0100007F:1F90 0100007F:0001 03", "0");
        String accepted = row("0100007F:1F90 0100007F:0001 01", "11");
        write("tcp", HEADER + embryonic + accepted);

        assertThat(read().rows).extracting(Row::state).containsExactly(TcpState.SYN_RECV);
    }

    @Test
    void everyReadingStartsAnew() throws IOException {
        write("tcp", HEADER + row("0100007F:1F90 0100007F:0001 01", "11"));
        ProcSocketSource source = new ProcSocketSource(process, ByteOrder.LITTLE_ENDIAN);

        assertThat(read(source).rows).hasSize(1).isEqualTo(read(source).rows);
    }

    @Test
    void onlyTheFirstLineIsAHeaderAndARowHasASlot() throws IOException {
        String good = row("0100007F:1F90 0100007F:0001 01", "1");
        write("tcp", HEADER + good.replace("   0: ", "    : ") + HEADER + good);

        Reading reading = read();

        assertThat(reading.rows).hasSize(1);
        assertThat(reading.leftOut).isEqualTo(2);
    }

    @Test
    void listenersThatShareAPortAreSeveral() throws IOException {
        StringBuilder rows = new StringBuilder(HEADER);
        for (int i = 1; i <= 40; i++) {
            rows.append(row("00000000:1F90 00000000:0000 0A", Integer.toString(i)));
        }
        write("tcp", rows.toString());

        assertThat(read().rows).hasSize(40);
    }

    @Test
    void withoutTcp6ThereIsIpv4AndWithoutTcpNothing() throws IOException {
        write("tcp", HEADER + row("0100007F:1F90 0100007F:0001 01", "1"));
        assertThat(read().rows).hasSize(1);

        Files.delete(process.resolve("net/tcp"));
        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessage(process.resolve("net/tcp") + ": no such file");
    }

    @Test
    void aTcp6ThatIsThereAndCannotBeReadIsAnError() throws IOException {
        Files.createDirectory(process.resolve("net/tcp6"));

        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessage(process.resolve("net/tcp6") + ": Is a directory");

        Files.delete(process.resolve("net/tcp6"));
        Files.createSymbolicLink(process.resolve("net/tcp6"), Path.of("tcp6"));
        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(process.resolve("net/tcp6") + ": Too many levels of symbolic links");
    }

    @Test
    void manyRowsMakeNoGarbage() throws IOException {
        int rows = 57_000;
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < rows; i++) {
            text.append(row(String.format(Locale.ROOT, "%08X:1F90 0100007F:%04X 06", i, i & 0xffff), "0"));
        }
        write("tcp", text.toString());
        ProcSocketSource source = new ProcSocketSource(process);
        int[] seen = {0};
        source.forEach(row -> seen[0]++);
        assertThat(seen[0]).isEqualTo(rows);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        source.forEach(row -> seen[0]++);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(rows);
    }

    @Test
    void findsRealSocketsByAddressAndInode() throws Exception {
        InetAddress loopback4 = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        InetAddress loopback6 = InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        try (ServerSocketChannel server4 = ServerSocketChannel.open(StandardProtocolFamily.INET);
                ServerSocketChannel server6 = ServerSocketChannel.open()) {
            server4.bind(new InetSocketAddress(loopback4, 0));
            server6.bind(new InetSocketAddress("::", 0));
            int port6 = ((InetSocketAddress) server6.getLocalAddress()).getPort();
            try (SocketChannel client4 = SocketChannel.open(StandardProtocolFamily.INET);
                    SocketChannel client6 = SocketChannel.open();
                    SocketChannel mapped = SocketChannel.open();
                    Socket waiting = new Socket(loopback4, ((InetSocketAddress) server4.getLocalAddress()).getPort())) {
                client4.connect(server4.getLocalAddress());
                client6.connect(new InetSocketAddress(loopback6, port6));
                mapped.connect(new InetSocketAddress(loopback4, port6));
                try (SocketChannel first = server4.accept();
                        SocketChannel accepted6 = server6.accept();
                        SocketChannel acceptedMapped = server6.accept()) {
                    assertThat(first.getRemoteAddress()).isEqualTo(waiting.getLocalSocketAddress());
                    accepted6.write(ByteBuffer.allocate(1234));
                    mapped.shutdownOutput();

                    Row listener = rowOf(server4, Endpoint.ipv4(0, 0), TcpState.LISTEN);
                    assertThat(listener.receiveQueue)
                            .as("client4 waits to be accepted")
                            .isEqualTo(1);
                    rowOf(server6, Endpoint.UNSPECIFIED, TcpState.LISTEN);
                    rowOf(client4, endpoint(client4.getRemoteAddress()), TcpState.ESTABLISHED);
                    rowOf(first, endpoint(first.getRemoteAddress()), TcpState.ESTABLISHED);
                    Row received = rowOf(client6, endpoint(client6.getRemoteAddress()), TcpState.ESTABLISHED);
                    assertThat(received.receiveQueue).isEqualTo(1234);
                    assertThat(received.remote).startsWith("[::1]:");
                    Row closeWait =
                            rowOf(acceptedMapped, endpoint(acceptedMapped.getRemoteAddress()), TcpState.CLOSE_WAIT);
                    assertThat(closeWait.remote).startsWith("127.0.0.1:");
                    rowOf(mapped, endpoint(mapped.getRemoteAddress()), TcpState.FIN_WAIT2);
                }
            }
        }
    }

    /** Waits for the one row with the channel's addresses and that state, and checks that its inode is one of ours. */
    private static Row rowOf(NetworkChannel channel, Endpoint remote, TcpState state) throws IOException {
        String local = endpoint(channel.getLocalAddress()).toString();
        Set<Long> inodes = new HashSet<>();
        new SocketFds().forEach((descriptor, inode) -> inodes.add(inode));
        Row found = await("a row " + local + " " + remote + " " + state)
                .until(
                        () -> read(new ProcSocketSource()).rows.stream()
                                .filter(row -> row.local.equals(local)
                                        && row.remote.equals(remote.toString())
                                        && row.state == state)
                                .toList(),
                        rows -> rows.size() == 1)
                .get(0);
        assertThat(inodes).contains(found.inode);
        return found;
    }

    private static Endpoint endpoint(SocketAddress address) {
        InetSocketAddress inet = (InetSocketAddress) address;
        return Endpoint.of(inet.getAddress(), inet.getPort());
    }

    private static String row(String addressesAndState, String inode) {
        return "   0: " + addressesAndState + " 00000000:00000000 00:00000000 00000000     0        0 " + inode
                + " 1 0000000000000000 100 0 0 10 0\n";
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(process.resolve("net").resolve(name), text);
    }

    private Reading read() throws IOException {
        return read(new ProcSocketSource(process, ByteOrder.LITTLE_ENDIAN));
    }

    private static Reading read(SocketSource source) throws IOException {
        List<Row> rows = new ArrayList<>();
        try {
            int leftOut = source.forEach(row -> rows.add(new Row(
                    row.state,
                    row.local().toString(),
                    row.remote().toString(),
                    row.sendQueue,
                    row.receiveQueue,
                    row.inode,
                    row.uid)));
            return new Reading(rows, leftOut);
        } catch (IOException e) {
            if (!e.toString().endsWith(": not understood")) {
                throw e;
            }
            return new Reading(rows, NOT_UNDERSTOOD);
        }
    }

    private record Reading(List<Row> rows, int leftOut) {}

    private record Row(
            TcpState state, String local, String remote, long sendQueue, long receiveQueue, long inode, int uid) {}
}
