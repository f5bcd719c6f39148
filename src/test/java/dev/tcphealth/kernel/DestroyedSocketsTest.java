package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DestroyedSocketsTest {

    private static final int CLOSE = 7;

    private final Netlink kernel = new Netlink();
    private final DestroyedSockets destroyed = new DestroyedSockets(kernel);
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void closesItsSocket() {
        destroyed.close();
        assertThat(kernel.open).isZero();
    }

    @Test
    void joinsTheGroupsOfBothFamiliesOnce() {
        destroyed.join();
        destroyed.join();
        assertThat(kernel.open).isEqualTo(1);
        assertThat(kernel.addresses).singleElement().satisfies(address -> {
            assertThat(address.limit()).as("struct sockaddr_nl").isEqualTo(12);
            assertThat(address.getShort(0)).as("AF_NETLINK").isEqualTo((short) 16);
            assertThat(address.getInt(4)).as("port id: the kernel's choice").isZero();
            assertThat(address.getInt(8)).as("groups 1 and 3").isEqualTo(0b101);
        });
    }

    @Test
    void tellsTheLastWord() {
        destroyed.join();
        kernel.tell(row(40_000, tcpInfo(7)), row(40_001, tcpInfo(0)), row(40_002, new byte[0]));
        assertThat(drain()).isTrue();
        assertThat(told).containsExactly("40000 retransmitted 7", "40001 retransmitted 0", "40002 retransmitted -1");
        told.clear();
        assertThat(drain()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void saysThatTheQueueWasFullAndGoesOn() {
        destroyed.join();
        kernel.tell(row(40_000, tcpInfo(7)));
        kernel.receiveErrors.add(NativeSockets.ENOBUFS);
        assertThat(drain()).as("all").isFalse();
        assertThat(told).containsExactly("40000 retransmitted 7");
        assertThat(drain()).as("all of what came since").isTrue();
    }

    @Test
    void goesOnAfterASignal() {
        destroyed.join();
        kernel.tell(row(40_000, tcpInfo(7)));
        kernel.receiveErrors.addAll(List.of(NativeSockets.EINTR, NativeSockets.EINTR));
        assertThat(drain()).isTrue();
        assertThat(told).hasSize(1);
    }

    @Test
    void doesNotGoOnForEver() {
        destroyed.join();
        for (int i = 0; i < 10_100; i++) {
            kernel.tell(row(40_000, tcpInfo(1)));
        }
        assertThat(drain()).isTrue();
        assertThat(told).hasSize(10_000);
        drain();
        assertThat(told).hasSize(10_100);
    }

    @Test
    void isSilentWhereItIsRefused() {
        kernel.bind = -NativeSockets.EPERM;
        destroyed.join();
        assertThat(kernel.open).isZero();
        kernel.bind = 0;
        destroyed.join();
        assertThat(kernel.addresses).as("not asked again").hasSize(1);
        assertThat(drain()).isTrue();
    }

    @Test
    void triesAgainWhereThereWasNoDescriptorLeft() {
        kernel.socket = -NativeSockets.EMFILE;
        destroyed.join();
        assertThat(drain()).isTrue();
        kernel.socket = 7;
        destroyed.join();
        kernel.tell(row(40_000, tcpInfo(7)));
        drain();
        assertThat(told).hasSize(1);
    }

    @Test
    void leavesAndJoinsAgain() {
        destroyed.join();
        destroyed.leave();
        destroyed.leave();
        assertThat(kernel.open).isZero();
        assertThat(drain()).isTrue();
        destroyed.join();
        assertThat(kernel.open).isEqualTo(1);
    }

    @Test
    void whatIsCutOrGarbledTellsNothingWrong() {
        destroyed.join();
        byte[] whole = row(40_000, tcpInfo(7));
        for (int length = 1; length < whole.length; length++) {
            kernel.tell(Arrays.copyOf(whole, length));
        }
        for (int length : new int[] {0, 1, 15, 16, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            byte[] lying = whole.clone();
            ByteBuffer.wrap(lying).order(ByteOrder.nativeOrder()).putInt(0, length);
            kernel.tell(lying);
        }
        assertThat(drain()).isTrue();
        assertThat(told).isEmpty();

        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            kernel.tell(noise);
        }
        kernel.tell(whole);
        drain();
        assertThat(told).contains("40000 retransmitted 7");
    }

    @Test
    void otherMessagesAreNoSockets() {
        destroyed.join();
        kernel.tell(Netlink.done(0), Netlink.error(NativeSockets.EINVAL), Netlink.message(99, 0, new byte[200]));
        assertThat(drain()).isTrue();
        assertThat(told).isEmpty();
    }

    private boolean drain() {
        return destroyed.drain(row -> told.add(row.localPort + " retransmitted " + row.tcpInfo.totalRetransmits()));
    }

    private static byte[] row(int localPort, byte[] attributes) {
        byte[] address = {10, 0, 0, 1};
        return Netlink.row(2, CLOSE, address, localPort, address, 80, attributes);
    }

    private static byte[] tcpInfo(int retransmitted) {
        byte[] info = new byte[248];
        ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).putInt(100, retransmitted);
        return Netlink.attribute(InetDiagMessage.INET_DIAG_INFO, info);
    }
}
