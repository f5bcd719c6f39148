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
            return state == null ? Ending.UNKNOWN : ending(state, info, connection, fd);
        } finally {
            spare.giveBack(info);
        }
    }

    @Override
    public Ending byFin(Connection connection, FileDescriptor fd) {
        TcpInfo info = spare.borrow();
        try {
            TcpState state = reader.read(connection.number, info) == 0 ? TcpState.of(info.state()) : null;
            return state == null ? Ending.UNKNOWN : byFin(state);
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

    /** tcp_close in net/ipv4/tcp.c: unread data makes any close a reset, SO_LINGER of 0 one that has a FIN to send. */
    private Ending ending(TcpState state, TcpInfo info, Connection connection, FileDescriptor fd) {
        return switch (state) {
            case ESTABLISHED, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, CLOSING, LAST_ACK ->
                resets(info, connection, fd) ? Ending.OUR_RESET : byFin(state);
            case CLOSE -> shutDownBefore(connection);
            case TIME_WAIT, SYN_SENT, LISTEN, NEW_SYN_RECV -> byFin(state);
        };
    }

    private static Ending byFin(TcpState state) {
        return switch (state) {
            case ESTABLISHED, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSING, TIME_WAIT -> Ending.ACTIVE_FIN;
            case CLOSE_WAIT, LAST_ACK -> Ending.PASSIVE_FIN;
            case CLOSE -> Ending.PEER_RESET;
            case SYN_SENT, LISTEN, NEW_SYN_RECV -> Ending.NEVER_CONNECTED;
        };
    }

    /** A socket that is done with both FINs is in CLOSE, as is one that was reset. */
    private static Ending shutDownBefore(Connection connection) {
        @Nullable Ending then = connection.halfClosed();
        return then == null ? Ending.PEER_RESET : then;
    }

    /** What has not come cannot be unread: a system call is saved where nothing has, or a FIN alone. */
    private boolean resets(TcpInfo info, Connection connection, FileDescriptor fd) {
        boolean nothingCame = info.bytesReceived() == 0
                || (info.bytesReceived() == 1 && info.state() == TcpState.CLOSE_WAIT.number());
        return connection.lingersNot() || (!nothingCame && unreadBytes.applyAsInt(fd) > 0);
    }
}
