package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.address.TupleKey;
import java.io.FileDescriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One TCP socket of this JVM, from its creation to the release of its descriptor.
 *
 * <p>It is a weak reference to its {@link FileDescriptor}, whose identity tells this socket from the next one that gets
 * the same number, and whose collection proves that a channel was leaked. Addresses are kept as the key of the 4-tuple:
 * 20,000 of these objects are alive at once.
 */
public final class Connection extends WeakReference<FileDescriptor> {

    /** How a socket came to be. */
    public enum Kind {
        /** Created to connect to a peer. */
        OPENED,
        ACCEPTED,
        LISTENER
    }

    /** What one takes of the heap, with compressed references; scripts/bench memory measures it. */
    static final int BYTES = 176;

    private static final VarHandle CLOSER;
    private static final VarHandle RETRANSMITTED;
    private static final VarHandle SYNS_RETRANSMITTED;
    private static final VarHandle SEGMENTS_SENT;
    private static final VarHandle BYTES_SENT;
    private static final VarHandle BYTES_RECEIVED;
    private static final VarHandle EXCHANGES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CLOSER = lookup.findVarHandle(Connection.class, "closer", CodePath.class);
            RETRANSMITTED = lookup.findVarHandle(Connection.class, "retransmitted", long.class);
            SYNS_RETRANSMITTED = lookup.findVarHandle(Connection.class, "synsRetransmitted", long.class);
            SEGMENTS_SENT = lookup.findVarHandle(Connection.class, "segmentsSent", long.class);
            BYTES_SENT = lookup.findVarHandle(Connection.class, "bytesSent", long.class);
            BYTES_RECEIVED = lookup.findVarHandle(Connection.class, "bytesReceived", long.class);
            EXCHANGES = lookup.findVarHandle(Connection.class, "exchangesAtMost", long.class);
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
    public final long openedAt;

    /** Whether the socket was there before the agent was, which then sees its end only. */
    public final boolean preexisting;

    private volatile @Nullable CodePath closer;
    private volatile @Nullable Destination destination;
    private volatile @Nullable Usage usage;

    /** Where it is to lead, until it is connected. */
    private volatile @Nullable Endpoint remote;

    private long connectingAt;

    /** The key of the 4-tuple; 0 until it is connected. */
    private volatile long key;

    /*
     * What is counted of it. An application's stack may overflow at any call, so each counter that others must agree with
     * has a flag, set right behind the increment without a call between; whoever meets the connection next counts what
     * is missing. Only threads that follow one another do.
     */
    private volatile boolean countedInTotal;
    private volatile boolean countedForOpener;
    private volatile boolean countedForCloser;
    private volatile boolean countedClosed;
    private volatile boolean countedFailed;
    private volatile boolean countedFailedForOpener;

    private volatile boolean answered;
    private volatile boolean lingersNot;
    private volatile @Nullable Ending halfClosed;
    private volatile long receivedBeforeHalfClose = -1;
    private volatile boolean resetWasRead;
    private volatile @Nullable Ending unlessReset;
    private volatile boolean deferred;

    // The kernel's totals as far as they are counted; raised by the sampler and by the thread that closes.
    private volatile long retransmitted;
    private volatile long synsRetransmitted;
    private volatile long segmentsSent;
    private volatile long bytesSent;
    private volatile long bytesReceived;
    private volatile long exchangesAtMost;

    /** The inode of the socket, once the sampler has found it; only the sampler reads and writes it. */
    public long inode;

    /** The last sample this was listed in; only the sampler reads and writes it. */
    public int sample;

    /** When the sampler first saw it in CLOSE_WAIT, by {@link System#nanoTime}; 0 while it is not. */
    public long closeWaitSince;

    Connection(FileDescriptor fd, int number, Kind kind, CodePath opener, boolean preexisting) {
        this(fd, number, kind, opener, System.nanoTime(), preexisting);
    }

    /** @param openedAt the time now, by {@link System#nanoTime} */
    Connection(FileDescriptor fd, int number, Kind kind, CodePath opener, long openedAt, boolean preexisting) {
        super(fd);
        this.openedAt = openedAt;
        this.number = number;
        this.kind = kind;
        this.opener = opener;
        this.preexisting = preexisting;
    }

    /** Whether both addresses are known: it was connected at some time. */
    public boolean connected() {
        return key != 0;
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
        return key;
    }

    /** Nothing refers to the socket any more. True for channels only: a Cleaner holds the descriptor of a Socket. */
    public boolean unreachable() {
        return refersTo(null);
    }

    /** SO_LINGER is 0, so that a close is a reset. */
    public boolean lingersNot() {
        return lingersNot;
    }

    /** Who had closed first when it was shut down for output; null if it was not. */
    public @Nullable Ending halfClosed() {
        return halfClosed;
    }

    /** Bytes received before it was shut down for output, or -1. */
    public long receivedBeforeHalfClose() {
        return receivedBeforeHalfClose;
    }

    public void receivedBeforeHalfClose(long bytes) {
        receivedBeforeHalfClose = bytes;
    }

    /** A read has told the application that the peer has reset it. */
    public boolean resetWasRead() {
        return resetWasRead;
    }

    /** Segments retransmitted, as far as they are counted. */
    public long retransmitted() {
        return retransmitted;
    }

    /**
     * Counts what the kernel's totals of this connection have risen by since the last time, under the code path that
     * opened it and its destination. A total of -1 is unknown. Any thread may bring readings, older ones too.
     *
     * @param exchangesAtMost see {@link Tallies#exchangesAtMost}
     */
    public void traffic(
            long retransmitted, long segmentsSent, long bytesSent, long bytesReceived, long exchangesAtMost) {
        long more = raise(RETRANSMITTED, retransmitted);
        // Whatever was retransmitted had been sent before; the kernel's total lacks SYN-ACKs, and is gone after a
        // failed connect.
        long segments =
                raise(SEGMENTS_SENT, retransmitted > 0 ? Math.max(segmentsSent, retransmitted + 1) : segmentsSent);
        long out = raise(BYTES_SENT, bytesSent);
        long in = raise(BYTES_RECEIVED, bytesReceived);
        long exchanges = raise(EXCHANGES, exchangesAtMost);
        if ((more | segments | out | in | exchanges) == 0) {
            return;
        }
        opener.tallies.traffic(more, segments, out, in, exchanges);
        Destination to = destination;
        if (to != null) {
            to.tallies.traffic(more, segments, out, in, exchanges);
        }
        Usage by = usage;
        if (by != null) {
            by.traffic(more, segments);
        }
    }

    /**
     * Counts what the total of SYNs or SYN-ACKs that were retransmitted before the connection was established has risen
     * by. Any thread may bring readings, older ones too.
     */
    public void synsRetransmitted(long syns) {
        traffic(syns, -1, -1, -1, -1);
        long more = raise(SYNS_RETRANSMITTED, syns);
        if (more != 0) {
            opener.tallies.synRetransmitted.add(more);
            Destination to = destination;
            if (to != null) {
                to.tallies.synRetransmitted.add(more);
            }
        }
    }

    private long raise(VarHandle total, long to) {
        long from = (long) total.getVolatile(this);
        while (to > from) {
            if (total.compareAndSet(this, from, to)) {
                return to - from;
            }
            from = (long) total.getVolatile(this);
        }
        return 0;
    }

    void lingersNot(boolean zero) {
        lingersNot = zero;
    }

    void resetRead() {
        resetWasRead = true;
    }

    void halfClose(Ending ending) {
        halfClosed = ending;
    }

    /** How it ends should the reset that its close will be come too late; null if there is no doubt. */
    @Nullable
    Ending unlessReset() {
        return unlessReset;
    }

    void unlessReset(Ending ending) {
        unlessReset = ending;
    }

    /** Notes that its close has left it open; false if that was known. */
    boolean defer() {
        boolean first = !deferred;
        deferred = true;
        return first;
    }

    /** Notes that the outcome of connecting is known; false if it was before. */
    boolean answer() {
        boolean first = !answered;
        answered = true;
        return first;
    }

    /** When it began to connect, or was accepted, by {@link System#nanoTime}. */
    long connectingAt() {
        return connectingAt;
    }

    void remote(Endpoint to, long nowNanos) {
        connectingAt = nowNanos;
        remote = to;
    }

    /** Whether it is known where it is to lead, and it is not connected yet. */
    boolean connecting() {
        Endpoint to = remote;
        return to != null && to.port() != 0;
    }

    /** Whether it is to lead to an address that stands for one of this host's, 0.0.0.0 or ::. */
    boolean toWildcard() {
        Endpoint to = remote;
        return to != null && to.isWildcard();
    }

    /** Notes the last that was not known; without effect where it is connected already or leads nowhere. */
    void connected(Endpoint local) {
        Endpoint to = remote;
        if (to != null) {
            key = TupleKey.of(local, to);
            remote = null;
        }
    }

    /** What its code path does to its destination, once that is known. */
    @Nullable
    Usage usage() {
        return usage;
    }

    void leads(Destination to, Usage by) {
        destination = to;
        usage = by;
    }

    boolean openingCounted() {
        return countedForOpener;
    }

    /** Counts its opening, or what is missing of that. */
    void countOpening(LongAdder total) {
        if (!countedInTotal) {
            total.increment();
            countedInTotal = true;
        }
        if (!countedForOpener) {
            (kind == Kind.ACCEPTED ? opener.accepted : opener.opened).increment();
            countedForOpener = true;
        }
    }

    /** Counts its closing for who closes it, or what is missing of that. */
    void countClosing() {
        CodePath by = closer;
        if (by != null && !countedForCloser) {
            by.closed.increment();
            countedForCloser = true;
        }
    }

    /** Whether its end is counted. */
    boolean over() {
        return countedClosed;
    }

    /** Counts its end, or what is missing of that. */
    void countEnd(LongAdder total) {
        if (!countedClosed) {
            total.increment();
            countedClosed = true;
        }
    }

    /** Counts that it ends without having been connected; true the first time. */
    boolean countFailure(LongAdder total) {
        if (!countedFailed) {
            total.increment();
            countedFailed = true;
        }
        boolean first = !countedFailedForOpener;
        if (first) {
            opener.failed.increment();
            countedFailedForOpener = true;
        }
        return first;
    }

    /** The first closer wins; true for it. */
    boolean closing(CodePath by) {
        return CLOSER.compareAndSet(this, null, by);
    }
}
