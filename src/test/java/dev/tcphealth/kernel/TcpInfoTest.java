package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

class TcpInfoTest {

    /** Every field with its place in the struct and its length (include/uapi/linux/tcp.h). */
    private static final Map<ToLongFunction<TcpInfo>, int[]> FIELDS = fields();

    @Test
    void readsEachFieldFromItsPlace() {
        ByteBuffer struct = ByteBuffer.allocate(300).order(ByteOrder.nativeOrder());
        for (int i = 0; i < struct.capacity(); i++) {
            struct.put(i, (byte) (i * 7 + 129));
        }
        TcpInfo info = new TcpInfo();
        info.fill(struct, 20, 280);

        FIELDS.forEach((field, place) -> {
            int at = 20 + place[0];
            long expected = switch (place[1]) {
                case 1 -> struct.get(at) & 0xff;
                case 2 -> struct.getShort(at) & 0xffff;
                case 4 -> struct.getInt(at) & 0xffffffffL;
                default -> struct.getLong(at);
            };
            assertThat(field.applyAsLong(info)).as("at %s", place[0]).isEqualTo(expected);
        });
    }

    @Test
    void whatAnOlderKernelDoesNotGiveIsUnknown() {
        ByteBuffer struct = ByteBuffer.allocate(248);
        for (int i = 0; i < struct.capacity(); i++) {
            struct.put(i, (byte) 1);
        }
        TcpInfo info = new TcpInfo();
        for (int given = 0; given <= 248; given++) {
            info.fill(ByteBuffer.allocate(248), 0, 248);
            info.fill(struct, 0, given);
            int length = given;
            FIELDS.forEach((field, place) -> {
                long value = field.applyAsLong(info);
                if (place[0] + place[1] <= length) {
                    assertThat(value).isPositive();
                } else {
                    assertThat(value).as("at %s of %s", place[0], length).isEqualTo(TcpInfo.UNKNOWN);
                }
            });
            assertThat(info.isKnown()).isEqualTo(given > 0);
        }
    }

    @Test
    void aRoundTripTimeThatWasNeverMeasuredIsUnknown() {
        ByteBuffer struct = ByteBuffer.allocate(248).order(ByteOrder.nativeOrder());
        struct.putInt(148, -1);
        TcpInfo info = new TcpInfo();
        info.fill(struct, 0, 248);

        assertThat(info.minRttMicros()).isEqualTo(TcpInfo.UNKNOWN);
    }

    @Test
    void afterAFailureNothingIsKnown() {
        TcpInfo info = new TcpInfo();
        info.fill(ByteBuffer.allocate(248), 0, 248);
        NativeSockets refuses = new Netlink();

        assertThat(new TcpInfoReader(refuses).read(3, info)).isEqualTo(NativeSockets.ENOSYS);

        assertThat(info.isKnown()).isFalse();
        assertThat(info.state()).isEqualTo((int) TcpInfo.UNKNOWN);
        assertThat(info.totalRetransmits()).isEqualTo(TcpInfo.UNKNOWN);
    }

    private static Map<ToLongFunction<TcpInfo>, int[]> fields() {
        Map<ToLongFunction<TcpInfo>, int[]> fields = new LinkedHashMap<>();
        fields.put(TcpInfo::state, new int[] {0, 1});
        fields.put(TcpInfo::congestionState, new int[] {1, 1});
        fields.put(TcpInfo::timeoutsInARow, new int[] {2, 1});
        fields.put(TcpInfo::unacknowledgedSegments, new int[] {24, 4});
        fields.put(TcpInfo::lastDataSentMillis, new int[] {44, 4});
        fields.put(TcpInfo::lastDataReceivedMillis, new int[] {52, 4});
        fields.put(TcpInfo::lastAckReceivedMillis, new int[] {56, 4});
        fields.put(TcpInfo::rttMicros, new int[] {68, 4});
        fields.put(TcpInfo::rttVarianceMicros, new int[] {72, 4});
        fields.put(TcpInfo::congestionWindowSegments, new int[] {80, 4});
        fields.put(TcpInfo::totalRetransmits, new int[] {100, 4});
        fields.put(TcpInfo::bytesAcknowledged, new int[] {120, 8});
        fields.put(TcpInfo::bytesReceived, new int[] {128, 8});
        fields.put(TcpInfo::segmentsSent, new int[] {136, 4});
        fields.put(TcpInfo::segmentsReceived, new int[] {140, 4});
        fields.put(TcpInfo::notSentBytes, new int[] {144, 4});
        fields.put(TcpInfo::minRttMicros, new int[] {148, 4});
        fields.put(TcpInfo::dataSegmentsReceived, new int[] {152, 4});
        fields.put(TcpInfo::dataSegmentsSent, new int[] {156, 4});
        fields.put(TcpInfo::deliveryRateBytesPerSecond, new int[] {160, 8});
        fields.put(TcpInfo::busyMicros, new int[] {168, 8});
        fields.put(TcpInfo::receiveWindowLimitedMicros, new int[] {176, 8});
        fields.put(TcpInfo::sendBufferLimitedMicros, new int[] {184, 8});
        fields.put(TcpInfo::bytesSent, new int[] {200, 8});
        fields.put(TcpInfo::bytesRetransmitted, new int[] {208, 8});
        fields.put(TcpInfo::duplicatesReported, new int[] {216, 4});
        fields.put(TcpInfo::reorderings, new int[] {220, 4});
        fields.put(TcpInfo::outOfOrderReceived, new int[] {224, 4});
        fields.put(TcpInfo::sendWindowBytes, new int[] {228, 4});
        fields.put(TcpInfo::timeouts, new int[] {240, 2});
        return fields;
    }
}
