package dev.tcphealth.kernel;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.address.TupleKey;

/**
 * One TCP socket as the kernel shows it. One instance is filled again for every row of a dump, so that 50,000 sockets
 * cost no garbage: read it within the call it is handed to and keep nothing of it.
 */
public final class SocketRow {

    // the kernel's numbers of the timers (proc_pid_net(5), idiag_timer in sock_diag(7))
    public static final int NO_TIMER = 0;
    public static final int RETRANSMIT_TIMER = 1;
    public static final int KEEPALIVE_TIMER = 2;
    public static final int TIME_WAIT_TIMER = 3;
    public static final int ZERO_WINDOW_TIMER = 4;

    /** No backlog: the socket is no listener, or the source does not tell. */
    public static final long NO_BACKLOG = -1;

    public TcpState state = TcpState.CLOSE;
    public long localHi;
    public long localLo;
    public int localPort;
    public long remoteHi;
    public long remoteLo;
    public int remotePort;

    /** Bytes not yet acknowledged by the peer. */
    public long sendQueue;

    /** Bytes not yet read by the application; for a listener, connections not yet accepted (its accept queue). */
    public long receiveQueue;

    /** For a listener, how long its accept queue may become; else {@link #NO_BACKLOG}. */
    public long backlog = NO_BACKLOG;

    /** What the socket waits for: {@link #NO_TIMER} or one of the timers below. */
    public int timer;

    /** Milliseconds until the timer expires; 0 without a timer. */
    public long timerMillis;

    /** Unsuccessful attempts since the last successful one: timeouts of a segment, or unanswered probes. */
    public int attempts;

    /**
     * The socket's inode; 0 where no descriptor refers to the socket: TIME_WAIT, orphans, embryonic sockets, connections
     * not accepted yet.
     */
    public long inode;

    /** The user id that owns the socket, 0 for TIME_WAIT. */
    public int uid;

    /** The connection's TCP_INFO; {@link TcpInfo#isKnown} is false where the kernel was not asked or has none. */
    public final TcpInfo tcpInfo = new TcpInfo();

    /** What {@link #key} gives, where the source has computed it; 0 where it has not. */
    long knownKey;

    public long key() {
        return knownKey != 0 ? knownKey : TupleKey.of(localHi, localLo, localPort, remoteHi, remoteLo, remotePort);
    }

    public Endpoint local() {
        return new Endpoint(localHi, localLo, localPort);
    }

    public Endpoint remote() {
        return new Endpoint(remoteHi, remoteLo, remotePort);
    }
}
