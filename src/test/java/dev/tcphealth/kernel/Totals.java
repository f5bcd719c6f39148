package dev.tcphealth.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes TCP_INFO as the kernel gives it, for tests of other packages. */
public final class Totals {

    private static final int RETRANSMITTED = 100;
    private static final int SEGMENTS_SENT = 136;

    private Totals() {}

    /** Gives a row these totals. */
    public static void fill(SocketRow row, int retransmitted, int segmentsSent) {
        ByteBuffer info = ByteBuffer.allocate(TcpInfo.BYTES).order(ByteOrder.nativeOrder());
        info.putInt(RETRANSMITTED, retransmitted).putInt(SEGMENTS_SENT, segmentsSent);
        row.tcpInfo.fill(info, 0, TcpInfo.BYTES);
    }

    /** Leaves a row without, as where the kernel was not asked. */
    public static void clear(SocketRow row) {
        row.tcpInfo.filled(0);
    }
}
