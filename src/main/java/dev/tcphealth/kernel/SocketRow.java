package dev.tcphealth.kernel;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.address.TupleKey;

/**
 * One TCP socket as the kernel shows it. One instance is filled again for every row of a dump, so that 50,000 sockets
 * cost no garbage: read it within the call it is handed to and keep nothing of it.
 */
public final class SocketRow {

    public TcpState state = TcpState.CLOSE;
    public long localHi;
    public long localLo;
    public int localPort;
    public long remoteHi;
    public long remoteLo;
    public int remotePort;

    /** Bytes not yet acknowledged by the peer. */
    public long sendQueue;

    /** Bytes not yet read by the application; for a listener, connections not yet accepted. */
    public long receiveQueue;

    /** The socket's inode; 0 where no descriptor refers to the socket: TIME_WAIT, orphans, embryonic sockets. */
    public long inode;

    /** The user id that owns the socket, 0 for TIME_WAIT. */
    public int uid;

    public long key() {
        return TupleKey.of(localHi, localLo, localPort, remoteHi, remoteLo, remotePort);
    }

    public Endpoint local() {
        return new Endpoint(localHi, localLo, localPort);
    }

    public Endpoint remote() {
        return new Endpoint(remoteHi, remoteLo, remotePort);
    }
}
