package dev.tcphealth.correlate;

import dev.tcphealth.connection.Connection;
import dev.tcphealth.connection.Ending;
import dev.tcphealth.connection.KernelProbe;
import dev.tcphealth.kernel.Stripes;
import dev.tcphealth.kernel.TcpInfo;
import dev.tcphealth.kernel.TcpInfoReader;
import dev.tcphealth.kernel.TcpState;
import java.io.FileDescriptor;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The kernel's last word on a connection, by TCP_INFO, on the thread that closes it and before the FIN is sent. */
public final class KernelEndings implements KernelProbe {

    private final TcpInfoReader reader;
    private final ToIntFunction<FileDescriptor> unreadBytes;
    private final Stripes<TcpInfo> spare = new Stripes<>(TcpInfo::new);

    /** @param unreadBytes what has come in and was not read */
    public KernelEndings(TcpInfoReader reader, ToIntFunction<FileDescriptor> unreadBytes) {
        this.reader = reader;
        this.unreadBytes = unreadBytes;
    }

    @Override
    public Ending ending(Connection connection, FileDescriptor fd) {
        TcpInfo info = spare.borrow();
        try {
            if (reader.read(connection.number, info) != 0) {
                return Ending.UNKNOWN;
            }
            count(connection, info);
            TcpState state = TcpState.of(info.state());
            return state == null ? Ending.UNKNOWN : ending(state, connection, fd);
        } finally {
            spare.giveBack(info);
        }
    }

    @Override
    public long retransmitted(Connection connection) {
        TcpInfo info = spare.borrow();
        try {
            return reader.read(connection.number, info) == 0 ? info.totalRetransmits() : TcpInfo.UNKNOWN;
        } finally {
            spare.giveBack(info);
        }
    }

    static void count(Connection connection, TcpInfo info) {
        connection.traffic(info.totalRetransmits(), info.segmentsSent(), info.bytesSent(), info.bytesReceived());
    }

    private Ending ending(TcpState state, Connection connection, FileDescriptor fd) {
        return switch (state) {
            // tcp_close and tcp_need_reset in net/ipv4/tcp.c
            case ESTABLISHED, SYN_RECV, FIN_WAIT1, FIN_WAIT2 ->
                resets(connection, fd) ? Ending.OUR_RESET : Ending.ACTIVE_FIN;
            case CLOSE_WAIT -> resets(connection, fd) ? Ending.OUR_RESET : Ending.PASSIVE_FIN;
            case CLOSING, TIME_WAIT -> Ending.ACTIVE_FIN;
            case LAST_ACK -> Ending.PASSIVE_FIN;
            case CLOSE -> shutDownBefore(connection);
            case SYN_SENT, LISTEN, NEW_SYN_RECV -> Ending.NEVER_CONNECTED;
        };
    }

    /** A socket that is done with both FINs is in CLOSE, as is one that was reset; unread data did not matter then. */
    private static Ending shutDownBefore(Connection connection) {
        @Nullable Ending then = connection.halfClosed();
        if (then == null) {
            return Ending.PEER_RESET;
        }
        return then == Ending.OUR_RESET ? Ending.ACTIVE_FIN : then;
    }

    private boolean resets(Connection connection, FileDescriptor fd) {
        return connection.lingersNot() || unreadBytes.applyAsInt(fd) > 0;
    }
}
