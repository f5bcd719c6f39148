package dev.tcphealth.correlate;

import dev.tcphealth.concurrent.Stripes;
import dev.tcphealth.connection.Connection;
import dev.tcphealth.connection.Ending;
import dev.tcphealth.connection.KernelProbe;
import dev.tcphealth.kernel.TcpInfo;
import dev.tcphealth.kernel.TcpInfoReader;
import dev.tcphealth.kernel.TcpState;
import java.io.FileDescriptor;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The kernel's last word on a connection, by TCP_INFO, on the thread that closes it and before the FIN is sent. */
public final class KernelEndings implements KernelProbe {

    private final TcpInfoReader reader;
    private final ToIntFunction<FileDescriptor> unreadBytes;
    private final Predicate<FileDescriptor> hasError;
    private final Stripes<TcpInfo> spare = new Stripes<>(TcpInfo::new);

    /**
     * Asks by getsockopt.
     *
     * @param unreadBytes what has come in and was not read
     * @param hasError whether the kernel has an error to tell, which it goes on to have
     */
    public KernelEndings(
            TcpInfoReader reader, ToIntFunction<FileDescriptor> unreadBytes, Predicate<FileDescriptor> hasError) {
        this.reader = reader;
        this.unreadBytes = unreadBytes;
        this.hasError = hasError;
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
    public Ending halfClosing(Connection connection, FileDescriptor fd) {
        TcpInfo info = spare.borrow();
        try {
            TcpState state = reader.read(connection.number, info) == 0 ? TcpState.of(info.state()) : null;
            if (state == null) {
                return Ending.UNKNOWN;
            }
            connection.receivedBeforeHalfClose(info.bytesReceived());
            return byFin(state);
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
        connection.traffic(
                info.totalRetransmits(),
                info.segmentsSent(),
                info.bytesSent(),
                info.bytesReceived(),
                info.exchangesAtMost());
    }

    /** tcp_close in net/ipv4/tcp.c: unread data makes any close a reset, SO_LINGER of 0 one that has a FIN to send. */
    private Ending ending(TcpState state, TcpInfo info, Connection connection, FileDescriptor fd) {
        return switch (state) {
            case ESTABLISHED, SYN_RECV, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT, CLOSING, LAST_ACK ->
                resets(info, connection, fd) ? Ending.OUR_RESET : byFin(state);
            case CLOSE -> afterHalfClose(info, connection, fd);
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

    /**
     * A socket that is done with both FINs is in CLOSE, as is one that was reset or given up ({@code tcp_time_wait},
     * {@code tcp_reset} and {@code tcp_write_err} all end in {@code tcp_done}). Only the latter two leave an error, until
     * a read has told it; and only for the first has a FIN come in, which counts as a byte.
     */
    private Ending afterHalfClose(TcpInfo info, Connection connection, FileDescriptor fd) {
        @Nullable Ending then = connection.halfClosed();
        if (then == null || connection.resetWasRead() || hasError.test(fd)) {
            return Ending.PEER_RESET;
        }
        long before = connection.receivedBeforeHalfClose();
        boolean noFin = then == Ending.ACTIVE_FIN && before >= 0 && info.bytesReceived() == before;
        return noFin ? Ending.PEER_RESET : then;
    }

    /** What has not come cannot be unread: a system call is saved where nothing has, or a FIN alone. */
    private boolean resets(TcpInfo info, Connection connection, FileDescriptor fd) {
        boolean nothingCame = info.bytesReceived() == 0
                || (info.bytesReceived() == 1 && info.state() == TcpState.CLOSE_WAIT.number());
        return connection.lingersNot() || (!nothingCame && unreadBytes.applyAsInt(fd) > 0);
    }
}
