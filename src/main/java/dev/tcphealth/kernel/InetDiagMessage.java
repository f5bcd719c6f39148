package dev.tcphealth.kernel;

import dev.tcphealth.address.Endpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One socket in a message of NETLINK_SOCK_DIAG: struct inet_diag_msg and its attributes (sock_diag(7)). */
final class InetDiagMessage {

    static final int INET_DIAG_INFO = 2;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int ROW_BYTES = 72;
    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final int ATTRIBUTE_TYPE = 0x3fff;
    private static final int SHORTEST_TCP_INFO = 8;

    /** Filled again by each {@link #read}. */
    final SocketRow row = new SocketRow();

    private final ByteBuffer bytes;

    /** The same memory, for what is in the order of the network. */
    private final ByteBuffer network;

    InetDiagMessage(ByteBuffer bytes) {
        this.bytes = bytes;
        this.network = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
    }

    /**
     * Fills the row from a struct inet_diag_msg and the attributes behind it.
     *
     * @param tcpInfo whether the attributes are looked at
     * @return false where the kernel's structure is not understood
     */
    boolean read(int at, int end, boolean tcpInfo) {
        if (end - at < ROW_BYTES) {
            return false;
        }
        int family = bytes.get(at) & 0xff;
        TcpState state = TcpState.of(bytes.get(at + 1) & 0xff);
        if (state == null || (family != AF_INET && family != AF_INET6)) {
            return false;
        }
        row.state = state;
        row.timer = bytes.get(at + 2) & 0xff;
        row.attempts = bytes.get(at + 3) & 0xff;
        row.localPort = network.getShort(at + 4) & 0xffff;
        row.remotePort = network.getShort(at + 6) & 0xffff;
        if (family == AF_INET) {
            row.localHi = 0;
            row.localLo = Endpoint.IPV4_PREFIX | unsigned(network.getInt(at + 8));
            row.remoteHi = 0;
            row.remoteLo = Endpoint.IPV4_PREFIX | unsigned(network.getInt(at + 24));
        } else {
            row.localHi = network.getLong(at + 8);
            row.localLo = network.getLong(at + 16);
            row.remoteHi = network.getLong(at + 24);
            row.remoteLo = network.getLong(at + 32);
        }
        row.timerMillis = unsigned(bytes.getInt(at + 52));
        row.receiveQueue = unsigned(bytes.getInt(at + 56));
        long sendQueue = unsigned(bytes.getInt(at + 60));
        boolean listener = state == TcpState.LISTEN;
        row.sendQueue = listener ? 0 : sendQueue;
        row.backlog = listener ? sendQueue : SocketRow.NO_BACKLOG;
        row.uid = bytes.getInt(at + 64);
        row.inode = unsigned(bytes.getInt(at + 68));
        row.tcpInfo.filled(0);
        return !tcpInfo || readAttributes(at + ROW_BYTES, end);
    }

    /** Takes TCP_INFO from among the attributes, of which each kernel has others. */
    private boolean readAttributes(int from, int end) {
        int at = from;
        while (end - at >= ATTRIBUTE_HEADER_BYTES) {
            int length = bytes.getShort(at) & 0xffff;
            if (length < ATTRIBUTE_HEADER_BYTES || length > end - at) {
                return false;
            }
            int given = length - ATTRIBUTE_HEADER_BYTES;
            if ((bytes.getShort(at + 2) & ATTRIBUTE_TYPE) == INET_DIAG_INFO && given >= SHORTEST_TCP_INFO) {
                row.tcpInfo.fill(bytes, at + ATTRIBUTE_HEADER_BYTES, given);
            }
            at += aligned(length);
        }
        return true;
    }

    private static int aligned(int length) {
        return length + 3 & ~3;
    }

    private static long unsigned(int value) {
        return value & 0xffffffffL;
    }
}
