package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.address.TupleKey;
import java.io.FileDescriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * One TCP socket of this JVM, from its creation to the release of its descriptor.
 *
 * <p>It is a weak reference to its {@link FileDescriptor}, whose identity tells this socket from the next one that gets
 * the same number, and whose collection proves that a channel was leaked. Addresses are kept as numbers: 20,000 of these
 * objects are alive at once.
 */
public final class Connection extends WeakReference<FileDescriptor> {

    /** How a socket came to be. */
    public enum Kind {
        /** Created to connect to a peer. */
        OPENED,
        ACCEPTED,
        LISTENER
    }

    private static final VarHandle CLOSER;

    static {
        try {
            CLOSER = MethodHandles.lookup().findVarHandle(Connection.class, "closer", CodePath.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The descriptor's number, unique while it is open. */
    public final int number;

    public final Kind kind;

    /** The code path that created, accepted or listened. */
    public final CodePath opener;

    /** When it was created or accepted, by {@link System#nanoTime}. */
    public final long openedAt = System.nanoTime();

    /** Whether the socket was there before the agent was, which then sees its end only. */
    public final boolean preexisting;

    private volatile @Nullable CodePath closer;
    private volatile @Nullable Destination destination;

    // Written by the thread that connects or accepts before `connected`, which publishes them.
    private long localHi;
    private long localLo;
    private int localPort;
    private long remoteHi;
    private long remoteLo;
    private int remotePort;
    private long connectingAt;
    private volatile boolean connected;

    private volatile boolean answered;
    private volatile boolean lingersNot;
    private volatile boolean halfClosed;

    /** The inode of the socket, once the sampler has found it; only the sampler reads and writes it. */
    public long inode;

    /** The last sample this was listed in; only the sampler reads and writes it. */
    public int sample;

    /** When the sampler first saw it in CLOSE_WAIT, by {@link System#nanoTime}; 0 while it is not. */
    public long closeWaitSince;

    Connection(FileDescriptor fd, int number, Kind kind, CodePath opener, boolean preexisting) {
        super(fd);
        this.number = number;
        this.kind = kind;
        this.opener = opener;
        this.preexisting = preexisting;
    }

    /** Whether both addresses are known: it was connected at some time. */
    public boolean connected() {
        return connected;
    }

    /** The code path that closed it, once one has. */
    public @Nullable CodePath closer() {
        return closer;
    }

    public @Nullable Destination destination() {
        return destination;
    }

    /** The key of the 4-tuple, or 0 while it is not connected. */
    public long key() {
        return connected ? TupleKey.of(localHi, localLo, localPort, remoteHi, remoteLo, remotePort) : 0;
    }

    /** Nothing refers to the socket any more. True for channels only: a Cleaner holds the descriptor of a Socket. */
    public boolean unreachable() {
        return refersTo(null);
    }

    /** SO_LINGER is 0, so that a close is a reset. */
    public boolean lingersNot() {
        return lingersNot;
    }

    /** It was shut down for output. */
    public boolean halfClosed() {
        return halfClosed;
    }

    void lingersNot(boolean zero) {
        lingersNot = zero;
    }

    void halfClose() {
        halfClosed = true;
    }

    /** Notes that the outcome of connecting is known; false if it was before. */
    boolean answer() {
        boolean first = !answered;
        answered = true;
        return first;
    }

    /** Nanoseconds since it began to connect. */
    long connectingFor() {
        return System.nanoTime() - connectingAt;
    }

    void remote(Endpoint remote) {
        connectingAt = System.nanoTime();
        remoteHi = remote.hi();
        remoteLo = remote.lo();
        remotePort = remote.port();
    }

    boolean hasRemote() {
        return remotePort != 0;
    }

    void connected(Endpoint local) {
        localHi = local.hi();
        localLo = local.lo();
        localPort = local.port();
        connected = true;
    }

    void destination(Destination to) {
        destination = to;
    }

    /** The first closer wins; true for it. */
    boolean closing(CodePath by) {
        return CLOSER.compareAndSet(this, null, by);
    }
}
