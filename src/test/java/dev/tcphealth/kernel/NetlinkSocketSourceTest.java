package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NetlinkSocketSourceTest {

    private static final int ALL = TcpState.ALL_BITS;
    private static final byte[] DONE = Netlink.done(0);

    private final Netlink kernel = new Netlink();
    private final NetlinkSocketSource source = new NetlinkSocketSource(kernel);
    private final List<Row> rows = new ArrayList<>();

    @AfterEach
    void closesItsSocket() {
        assertThat(kernel.open).isZero();
    }

    @Test
    void asksForBothFamiliesAtOnce() throws IOException {
        answer(DONE);
        source.forEach(TcpState.TIME_WAIT.bit() | TcpState.CLOSE_WAIT.bit(), true, row -> {}, null);
        answer(DONE);
        source.forEach(row -> {});

        assertThat(kernel.requests).hasSize(2);
        ByteBuffer request = kernel.requests.get(0);
        assertThat(request.limit()).isEqualTo(76);
        assertThat(request.getInt(0)).isEqualTo(76);
        assertThat(request.getShort(4)).as("TCPDIAG_GETSOCK").isEqualTo((short) 18);
        assertThat(request.getShort(6)).as("request, dump").isEqualTo((short) 0x301);
        assertThat(request.getInt(8)).as("sequence").isEqualTo(1);
        assertThat(request.get(19)).as("INET_DIAG_INFO").isEqualTo((byte) 2);
        assertThat(request.getInt(68)).isEqualTo(1 << 6 | 1 << 8);
        assertThat(kernel.requests.get(1).getInt(8)).as("sequence").isEqualTo(2);
        assertThat(kernel.requests.get(1).get(19)).isZero();
        assertThat(kernel.requests.get(1).getInt(68)).isEqualTo(0x1ffe);
    }

    @Test
    void asksForEachFamilyWhereThatIsRefused() throws IOException {
        for (int errno : new int[] {NativeSockets.ENOENT, NativeSockets.EINVAL, NativeSockets.EOPNOTSUPP}) {
            Netlink older = new Netlink();
            NetlinkSocketSource from = new NetlinkSocketSource(older);
            older.replies.add(List.of(Netlink.error(errno)));
            for (int reading = 0; reading < 2; reading++) {
                older.replies.add(List.of(Netlink.ipv4Row(6, 1, 1), DONE));
                older.replies.add(List.of(Netlink.row(10, 6, new byte[16], 2, new byte[16], 2, new byte[0]), DONE));
            }

            for (int reading = 0; reading < 2; reading++) {
                rows.clear();
                from.forEach(TcpState.TIME_WAIT.bit(), true, row -> rows.add(Row.of(row)), null);
                assertThat(rows).extracting(Row::local).containsExactly("127.0.0.1:1", "[::]:2");
            }

            assertThat(older.requests).hasSize(5);
            for (int i = 1; i < 5; i++) {
                ByteBuffer request = older.requests.get(i);
                assertThat(request.limit()).isEqualTo(72);
                assertThat(request.getInt(0)).isEqualTo(72);
                assertThat(request.getShort(4)).as("SOCK_DIAG_BY_FAMILY").isEqualTo((short) 20);
                assertThat(request.get(16)).as("family").isEqualTo((byte) (i % 2 == 1 ? 2 : 10));
                assertThat(request.get(17)).as("TCP").isEqualTo((byte) 6);
                assertThat(request.get(18)).as("INET_DIAG_INFO").isEqualTo((byte) 2);
                assertThat(request.getInt(20)).isEqualTo(1 << 6);
            }
        }
    }

    @Test
    void readsEveryField() throws IOException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 192, 0, 2, 1};
        byte[] ipv6 = {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        answer(Netlink.join(
                Netlink.ipv4Row(8, 50_000, 443),
                Netlink.ipv4Row(10, 80, 0),
                Netlink.row(10, 1, mapped, 1, ipv6, 65_535, new byte[0]),
                DONE));

        List<Long> times = new ArrayList<>();
        List<Integer> attempts = new ArrayList<>();
        int gaps = source.forEach(
                ALL,
                false,
                row -> {
                    rows.add(Row.of(row));
                    times.add(row.timerMillis);
                    attempts.add(row.attempts);
                    assertThat(row.tcpInfo.isKnown()).isFalse();
                },
                null);

        assertThat(gaps).isZero();
        assertThat(rows)
                .containsExactly(
                        new Row(TcpState.CLOSE_WAIT, "127.0.0.1:50000", "10.0.0.5:443", 22, 11, -1, 1, 500_000, 1000),
                        new Row(TcpState.LISTEN, "127.0.0.1:80", "10.0.0.5:0", 0, 11, 22, 1, 800, 1000),
                        new Row(TcpState.ESTABLISHED, "192.0.2.1:1", "[2001:db8::1]:65535", 22, 11, -1, 1, 10, 1000));
        assertThat(times).containsOnly(250L);
        assertThat(attempts).containsOnly(3);
    }

    @Test
    void largeNumbersAreNotNegative() throws IOException {
        byte[] row = Netlink.ipv4Row(1, 1, 2);
        Arrays.fill(row, 16 + 52, row.length, (byte) 0xff);
        answer(Netlink.join(row, DONE));

        assertThat(read()).isZero();

        assertThat(rows.get(0).sendQueue()).isEqualTo(0xffffffffL);
        assertThat(rows.get(0).receiveQueue()).isEqualTo(0xffffffffL);
        assertThat(rows.get(0).inode()).isEqualTo(0xffffffffL);
    }

    @Test
    void takesTcpInfoFromAmongAttributesOfAnyKernel() throws IOException {
        byte[] info = new byte[104];
        info[100] = 5;
        byte[] longInfo = new byte[1000];
        longInfo[100] = 6;
        byte[] odd = Netlink.attribute(8, new byte[] {1});
        byte[] unknown = Netlink.attribute(999, new byte[41]);
        byte[] nested = Netlink.attribute(0x8000 | 77, Netlink.attribute(2, info));
        answer(Netlink.join(
                withAttributes(1, odd, unknown, nested, Netlink.attribute(2, info)),
                withAttributes(2, Netlink.attribute(2, longInfo), odd),
                withAttributes(3, odd, nested),
                withAttributes(4, Netlink.attribute(2, new byte[7])),
                withAttributes(5),
                DONE));

        List<Long> retransmits = new ArrayList<>();
        List<Long> bytesSent = new ArrayList<>();
        int gaps = source.forEach(
                ALL,
                true,
                row -> {
                    retransmits.add(row.tcpInfo.totalRetransmits());
                    bytesSent.add(row.tcpInfo.bytesSent());
                },
                null);

        assertThat(gaps).isZero();
        assertThat(retransmits).containsExactly(5L, 6L, -1L, -1L, -1L);
        assertThat(bytesSent).containsExactly(-1L, 0L, -1L, -1L, -1L);
    }

    @Test
    void leavesOutAndCountsWhatItDoesNotUnderstand() throws IOException {
        byte[] garbledAttributes = withAttributes(9, new byte[] {3, 0, 0, 0});
        byte[] longAttribute = withAttributes(10, new byte[] {9, 0, 2, 0, 0, 0, 0, 0});
        answer(Netlink.join(
                Netlink.ipv4Row(1, 1, 1),
                Netlink.ipv4Row(0, 2, 2),
                Netlink.ipv4Row(13, 3, 3),
                Netlink.ipv4Row(255, 4, 4),
                Netlink.row(0, 1, new byte[16], 5, new byte[16], 5, new byte[0]),
                Netlink.row(1, 1, new byte[4], 6, new byte[4], 6, new byte[0]),
                Netlink.message(Netlink.ROW, 2, new byte[71]),
                Netlink.message(99, 2, new byte[72]),
                garbledAttributes,
                longAttribute,
                Netlink.message(1, 0),
                Netlink.ipv4Row(6, 7, 7),
                DONE));

        int gaps = source.forEach(ALL, true, row -> rows.add(Row.of(row)), null);

        assertThat(rows).extracting(Row::state).containsExactly(TcpState.ESTABLISHED, TcpState.TIME_WAIT);
        assertThat(gaps).isEqualTo(9);
    }

    @Test
    void statesThatWereNotAskedForAreNotShown() throws IOException {
        answer(Netlink.join(Netlink.ipv4Row(1, 1, 1), Netlink.ipv4Row(6, 2, 2), DONE));

        int gaps = source.forEach(TcpState.TIME_WAIT.bit(), false, row -> rows.add(Row.of(row)), null);

        assertThat(gaps).isZero();
        assertThat(rows).extracting(Row::state).containsExactly(TcpState.TIME_WAIT);
    }

    @Test
    void aRowThatTheKernelRepeatsIsShownOnce() throws IOException {
        byte[] closed = Netlink.ipv4Row(6, 1, 1);
        Arrays.fill(closed, 16 + 68, 16 + 72, (byte) 0);
        kernel.replies.add(List.of(
                Netlink.join(Netlink.ipv4Row(1, 1, 1), Netlink.ipv4Row(1, 2, 2)),
                Netlink.join(Netlink.ipv4Row(1, 2, 2), closed, DONE)));

        assertThat(read()).isZero();

        assertThat(rows).extracting(Row::local).containsExactly("127.0.0.1:1", "127.0.0.1:2");
    }

    @Test
    void aDumpThatWasInterruptedBeginsAgain() throws IOException {
        byte[] interrupted = Netlink.message(Netlink.DONE, Netlink.INTERRUPTED, new byte[4]);
        answer(Netlink.join(Netlink.ipv4Row(1, 1, 1), interrupted));
        answer(Netlink.join(Netlink.ipv4Row(1, 1, 1), Netlink.message(4, 0), DONE));
        answer(Netlink.join(Netlink.ipv4Row(1, 1, 1), DONE));

        assertThat(read()).isZero();

        assertThat(rows).hasSize(1);
        assertThat(kernel.requests).hasSize(3);
    }

    @Test
    void aDumpThatIsAlwaysInterruptedIsGivenUp() {
        byte[] interrupted = Netlink.message(Netlink.DONE, Netlink.INTERRUPTED, new byte[4]);
        kernel.replies.addAll(Collections.nCopies(100, List.of(interrupted)));

        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessage("sock_diag: the kernel's list of sockets was interrupted 4 times in a row");
        assertThat(kernel.requests).hasSize(4);
        assertThatThrownBy(() -> source.forEach(row -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("interrupted");
        assertThat(kernel.requests).hasSize(5);
    }

    @Test
    void messagesThatDoNotFitAndLostOnesMakeItBeginAgain() throws IOException {
        kernel.receiveErrors.add(NativeSockets.ENOBUFS);
        answer(DONE);
        answer(new byte[70_000]);
        answer(Netlink.join(Netlink.ipv4Row(1, 1, 1), DONE));
        List<String> events = new ArrayList<>();

        source.forEach(ALL, false, row -> events.add(row.local().toString()), () -> events.add("again"));

        assertThat(events).containsExactly("again", "again", "127.0.0.1:1");
    }

    @Test
    void signalsDoNotMatter() throws IOException {
        kernel.sendErrors.addAll(List.of(NativeSockets.EINTR, NativeSockets.EINTR));
        kernel.receiveErrors.addAll(List.of(NativeSockets.EINTR, NativeSockets.EAGAIN, NativeSockets.EINTR));
        answer(Netlink.join(Netlink.ipv4Row(1, 1, 1), DONE));

        assertThat(read()).isZero();

        assertThat(rows).hasSize(1);
    }

    @Test
    void saysWhatTheKernelRefuses() {
        kernel.socket = -NativeSockets.EPROTONOSUPPORT;
        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessage("sock_diag: socket: the kernel does not offer it (EPROTONOSUPPORT)");
        kernel.socket = 7;
        kernel.sendErrors.add(NativeSockets.EPERM);
        assertThatThrownBy(this::read).hasMessage("sock_diag: request: not permitted (EPERM)");
        answer(Netlink.error(NativeSockets.ENOENT), Netlink.error(NativeSockets.ENOENT));
        assertThatThrownBy(this::read).hasMessage("sock_diag: answer: the kernel has no such part (ENOENT)");
        answer(Netlink.done(-NativeSockets.ENOMEM));
        assertThatThrownBy(this::read).hasMessage("sock_diag: answer: the kernel has no memory for it (ENOMEM)");
        answer(Netlink.message(Netlink.ERROR, 0, new byte[2]));
        assertThatThrownBy(this::read).hasMessageContaining("does not say which");
        answer(Netlink.error(71));
        assertThatThrownBy(this::read).hasMessage("sock_diag: answer: errno 71");
        answer(new byte[0]);
        assertThatThrownBy(this::read).hasMessage("sock_diag: the kernel's answer ended too soon");
    }

    @Test
    void anAnswerThatNeverEndsIsAnErrorAfterASecond() {
        answer(Netlink.ipv4Row(1, 1, 1));

        assertThatThrownBy(this::read).hasMessage("sock_diag: answer: no answer (EAGAIN)");
    }

    @Test
    void messagesOfAnotherRequestAreNotRead() throws IOException {
        byte[] stale = Netlink.ipv4Row(1, 1, 1);
        ByteBuffer.wrap(stale).order(ByteOrder.nativeOrder()).putInt(8, 4711);
        answer(Netlink.join(stale, Netlink.ipv4Row(1, 2, 2), DONE));

        assertThat(read()).isZero();

        assertThat(rows).extracting(Row::local).containsExactly("127.0.0.1:2");
    }

    @Test
    void nonsensicalLengthsEndTheMessageAndCountAsOneGap() throws IOException {
        for (int length : new int[] {0, 1, 15, 17, 89, 0x7fffffff, 0x80000000, -1, -16, 0x7ffffff0}) {
            byte[] bad = Netlink.ipv4Row(1, 2, 2);
            ByteBuffer.wrap(bad).order(ByteOrder.nativeOrder()).putInt(0, length);
            kernel.replies.clear();
            kernel.replies.add(List.of(Netlink.join(Netlink.ipv4Row(1, 1, 1), bad), DONE));
            rows.clear();

            int gaps = read();

            assertThat(gaps).as("length %s", length).isPositive();
            assertThat(rows).as("length %s", length).hasSize(1);
        }
    }

    @Test
    void everyPrefixOfACapturedAnswerShowsItsWholeRowsOnly() throws IOException {
        for (List<byte[]> captured : List.of(CapturedNetlink.IPV4, CapturedNetlink.IPV6)) {
            byte[] datagram = captured.get(0);
            List<Integer> ends = CapturedNetlink.ends(datagram);
            List<Row> all = readAll(List.of(datagram, DONE));
            assertThat(all).hasSize(ends.size());
            for (int length = 1; length < datagram.length; length++) {
                int cut = length;
                int whole = (int) ends.stream().filter(end -> end <= cut).count();
                boolean atEdge = ends.contains(cut);

                rows.clear();
                kernel.replies.clear();
                kernel.replies.add(List.of(Arrays.copyOf(datagram, cut), DONE));
                int gaps = source.forEach(ALL, true, row -> rows.add(Row.of(row)), null);

                assertThat(rows).as("of %s bytes", cut).isEqualTo(all.subList(0, whole));
                assertThat(gaps).as("of %s bytes", cut).isEqualTo(atEdge ? 0 : 1);
            }
        }
    }

    @Test
    void garbledAnswersShowNoMoreRowsAndNothingButIOExceptions() throws IOException {
        Random random = new Random(23);
        byte[] datagram = CapturedNetlink.IPV4.get(0);
        int total = CapturedNetlink.ends(datagram).size();
        int reported = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] garbled = datagram.clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                garbled[random.nextInt(garbled.length)] = (byte) random.nextInt();
            }
            reported += survives(garbled, total) ? 1 : 0;
        }
        assertThat(reported).as("some were noticed").isPositive();
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[random.nextInt(3000) + 1];
            random.nextBytes(noise);
            survives(noise, noise.length / 88);
        }
    }

    /** Whether something wrong was noticed. Whatever comes, it ends, and shows no more rows than there is room for. */
    private boolean survives(byte[] datagram, int most) {
        rows.clear();
        kernel.replies.clear();
        kernel.replies.add(List.of(datagram, DONE));
        try {
            int gaps = source.forEach(ALL, true, row -> rows.add(Row.of(row)), null);
            assertThat(rows).hasSizeLessThanOrEqualTo(most);
            return gaps > 0;
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("sock_diag: ");
            return true;
        }
    }

    @Test
    void manyRowsMakeNoGarbage() throws IOException {
        List<byte[]> reply = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[][] some = new byte[100][];
            for (int j = 0; j < some.length; j++) {
                some[j] = withAttributes(1 + i * some.length + j, Netlink.attribute(2, new byte[248]));
            }
            reply.add(Netlink.join(some));
        }
        reply.add(DONE);
        int[] seen = {0};
        NativeSockets canned = new CannedNetlink(reply);
        NetlinkSocketSource from = new NetlinkSocketSource(canned);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        from.forEach(ALL, true, row -> seen[0]++, null);
        assertThat(seen[0]).isEqualTo(30_000);

        long before = threads.getCurrentThreadAllocatedBytes();
        from.forEach(ALL, true, row -> seen[0]++, null);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000);
    }

    private static byte[] withAttributes(int port, byte[]... attributes) {
        return Netlink.row(
                2, 1, new byte[] {127, 0, 0, 1}, port, new byte[] {10, 0, 0, 5}, 1, Netlink.join(attributes));
    }

    /** One datagram for each of the next requests. */
    private void answer(byte[]... datagrams) {
        for (byte[] datagram : datagrams) {
            kernel.replies.add(List.of(datagram));
        }
    }

    private List<Row> readAll(List<byte[]> reply) throws IOException {
        rows.clear();
        kernel.replies.clear();
        kernel.replies.add(reply);
        assertThat(read()).isZero();
        return List.copyOf(rows);
    }

    private int read() throws IOException {
        return source.forEach(ALL, false, row -> rows.add(Row.of(row)), rows::clear);
    }
}
