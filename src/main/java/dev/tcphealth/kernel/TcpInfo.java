package dev.tcphealth.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The kernel's {@code struct tcp_info} of one connection (include/uapi/linux/tcp.h; filled by {@code tcp_get_info} in
 * net/ipv4/tcp.c). Filled again for every socket: read it within the call it is handed to.
 *
 * <p>The struct has only ever grown at its end. What this kernel's is too short for is {@link #UNKNOWN}; the versions
 * below are those of the kernel that first had the field. A listener's has no meaning but its {@link #state}. All
 * counts are since the connection was made.
 */
public final class TcpInfo {

    /** The value of a field that the kernel did not give. */
    public static final long UNKNOWN = -1;

    /** Of the struct's 280 bytes in Linux 6.18 the first 248 are looked at. */
    static final int BYTES = 248;

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final byte[] bytes = new byte[BYTES];
    private int length;

    /** Where the kernel may write, before {@link #filled}. */
    byte[] bytes() {
        return bytes;
    }

    /** Takes what was written to {@link #bytes}; nothing is known of what lies beyond {@code given} bytes. */
    void filled(int given) {
        length = Math.min(given, BYTES);
    }

    /** Takes the struct of {@code given} bytes that begins at {@code from}. */
    void fill(ByteBuffer buffer, int from, int given) {
        filled(given);
        buffer.get(from, bytes, 0, length);
    }

    /** Whether the kernel gave anything. */
    public boolean isKnown() {
        return length > 0;
    }

    /** The number of the {@link TcpState}. */
    public int state() {
        return unsignedByte(0);
    }

    /** The state of congestion control: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss ({@code tcp_ca_state}). */
    public int congestionState() {
        return unsignedByte(1);
    }

    /** Timeouts in a row for the segment that waits to be acknowledged now; 0 as soon as one is. */
    public int timeoutsInARow() {
        return unsignedByte(2);
    }

    /** Segments sent and not yet acknowledged. */
    public long unacknowledgedSegments() {
        return unsignedInt(24);
    }

    /** Milliseconds since data was last sent. */
    public long lastDataSentMillis() {
        return unsignedInt(44);
    }

    /** Milliseconds since data was last received. */
    public long lastDataReceivedMillis() {
        return unsignedInt(52);
    }

    /** Milliseconds since an acknowledgement was last received. */
    public long lastAckReceivedMillis() {
        return unsignedInt(56);
    }

    /** Smoothed round-trip time in microseconds (RFC 6298 SRTT); 0 before the first measurement. */
    public long rttMicros() {
        return unsignedInt(68);
    }

    /** Mean deviation of the round-trip time in microseconds (RFC 6298 RTTVAR). */
    public long rttVarianceMicros() {
        return unsignedInt(72);
    }

    /** Congestion window in segments. */
    public long congestionWindowSegments() {
        return unsignedInt(80);
    }

    /** Segments sent again, SYN and SYN-ACK included (RFC 4898 tcpEStatsPerfSegsRetrans; counts as RetransSegs). */
    public long totalRetransmits() {
        return unsignedInt(100);
    }

    /** Bytes of data the peer has acknowledged, and 1 each for our FIN, and for our SYN if we connected. Linux 4.1. */
    public long bytesAcknowledged() {
        return longAt(120);
    }

    /** Bytes of data received in order, and 1 for the peer's FIN. Linux 4.1. */
    public long bytesReceived() {
        return longAt(128);
    }

    /** Segments sent, retransmitted ones and those without data included. Linux 4.2. */
    public long segmentsSent() {
        return unsignedInt(136);
    }

    /** Segments received, those without data included. Linux 4.2. */
    public long segmentsReceived() {
        return unsignedInt(140);
    }

    /** Bytes that wait in the send queue and were never sent. Linux 4.6. */
    public long notSentBytes() {
        return unsignedInt(144);
    }

    /** The shortest round-trip time of the last minutes (tcp_min_rtt_wlen) in microseconds. Linux 4.6. */
    public long minRttMicros() {
        long micros = unsignedInt(148);
        return micros == 0xffffffffL ? UNKNOWN : micros;
    }

    /** Segments with data received. Linux 4.6. */
    public long dataSegmentsReceived() {
        return unsignedInt(152);
    }

    /** Segments with data sent, retransmitted ones included. Linux 4.6. */
    public long dataSegmentsSent() {
        return unsignedInt(156);
    }

    /** The smaller of {@link #dataSegmentsSent} and {@link #dataSegmentsReceived}. Linux 4.6. */
    public long exchangesAtMost() {
        return Math.min(dataSegmentsSent(), dataSegmentsReceived());
    }

    /** Bytes per second that were delivered of late. Linux 4.9. */
    public long deliveryRateBytesPerSecond() {
        return longAt(160);
    }

    /** Microseconds in which there was data to send or to be acknowledged. Linux 4.10. */
    public long busyMicros() {
        return longAt(168);
    }

    /** Of {@link #busyMicros}, those in which the peer's receive window was full. Linux 4.10. */
    public long receiveWindowLimitedMicros() {
        return longAt(176);
    }

    /** Of {@link #busyMicros}, those in which our send buffer was too small. Linux 4.10. */
    public long sendBufferLimitedMicros() {
        return longAt(184);
    }

    /** Bytes of data sent, retransmitted ones included. Linux 4.19. */
    public long bytesSent() {
        return longAt(200);
    }

    /** Bytes of data sent again. Linux 4.19. */
    public long bytesRetransmitted() {
        return longAt(208);
    }

    /** Segments that reached the peer twice, as it reports (RFC 2883): each was sent again for nothing. Linux 4.19. */
    public long duplicatesReported() {
        return unsignedInt(216);
    }

    /** How often segments were seen to overtake each other. Linux 4.19. */
    public long reorderings() {
        return unsignedInt(220);
    }

    /** Segments received out of order. Linux 5.4. */
    public long outOfOrderReceived() {
        return unsignedInt(224);
    }

    /** The receive window the peer offers, in bytes. Linux 5.4. */
    public long sendWindowBytes() {
        return unsignedInt(228);
    }

    /** Retransmission timeouts, those of SYN and SYN-ACK included. Linux 6.7. */
    public long timeouts() {
        return length >= 242 ? (short) SHORTS.get(bytes, 240) & 0xffff : UNKNOWN;
    }

    private int unsignedByte(int at) {
        return at < length ? bytes[at] & 0xff : (int) UNKNOWN;
    }

    private long unsignedInt(int at) {
        return at + Integer.BYTES <= length ? (int) INTS.get(bytes, at) & 0xffffffffL : UNKNOWN;
    }

    private long longAt(int at) {
        return at + Long.BYTES <= length ? (long) LONGS.get(bytes, at) : UNKNOWN;
    }
}
