package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.connection.Connection.Kind;
import java.io.FileDescriptor;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes the events of woven code, on the application's threads, and keeps what is known of each connection. While no
 * event is under way {@code opened + accepted - closed} is the number of sockets open, those from before the agent and
 * listeners left out.
 */
public final class ConnectionTracker {

    /** The kernel sends the first SYN again after a second (TCP_TIMEOUT_INIT), so until then there is nothing to ask. */
    private static final long FIRST_SYN_AGAIN_NANOS = 900_000_000;

    private final Governor governor;
    private final HookClock clock;
    private final CodePaths codePaths;
    private final Destinations destinations;
    private final ConnectionTable table = new ConnectionTable();
    private final RecentlyClosed recentlyClosed;

    private final AtomicInteger resets = new AtomicInteger();
    private volatile boolean lossy = true;
    private volatile KernelProbe kernel = KernelProbe.NONE;

    /** Descriptors that were seen open, such as those from before the agent, though no event told of them. */
    private final Set<Integer> preexisting = ConcurrentHashMap.newKeySet();

    public final LongAdder opened = new LongAdder();
    public final LongAdder accepted = new LongAdder();
    public final LongAdder closed = new LongAdder();
    public final LongAdder failed = new LongAdder();
    public final LongAdder closedByCollector = new LongAdder();

    /** Sockets that could not be followed, as their descriptor's number is beyond all bounds. */
    public final AtomicLong dropped = new AtomicLong();

    /**
     * A tracker of no connections yet, that looks at every stack.
     *
     * @param maxCodePaths how many code paths are kept apart
     * @param depth frames kept of each
     * @param app prefixes of the application's classes, or none
     * @param maxDestinations how many destinations are kept apart
     * @param remembered how many closed connections are remembered
     */
    public ConnectionTracker(
            int maxCodePaths,
            int depth,
            List<String> app,
            int maxDestinations,
            int remembered,
            CodePaths.BacktraceReader reader) {
        this(maxCodePaths, depth, app, maxDestinations, remembered, reader, Governor.never());
    }

    /** @param governor says which stacks are looked at */
    public ConnectionTracker(
            int maxCodePaths,
            int depth,
            List<String> app,
            int maxDestinations,
            int remembered,
            CodePaths.BacktraceReader reader,
            Governor governor) {
        this.governor = governor;
        this.clock = new HookClock(governor);
        this.codePaths = new CodePaths(maxCodePaths, depth, app, reader, governor);
        this.destinations = new Destinations(maxDestinations);
        this.recentlyClosed = new RecentlyClosed(remembered);
    }

    /** From now on this is asked how connections end. */
    public void ask(KernelProbe probe) {
        kernel = probe;
    }

    /** Says whether segments were lost lately: only then are accepted connections asked for SYN-ACKs sent again. */
    public void lossy(boolean lately) {
        lossy = lately;
    }

    /** Counts what a closed connection has retransmitted since. */
    public void retransmittedAfterClose(long owners, long segments) {
        CodePath opener = codePaths.get(RecentlyClosed.opener(owners));
        Destination to = destinations.get(RecentlyClosed.destination(owners));
        opener.tallies.traffic(segments, segments, 0, 0, 0);
        to.tallies.traffic(segments, segments, 0, 0, 0);
        to.usage(opener, codePaths.other()).traffic(segments, segments);
    }

    /**
     * Lets idle code paths and destinations make room for others, where room is scarce; for the one sampler to call, once a
     * sample.
     *
     * @param keepPath tells code paths that have a socket or a finding
     * @param keepDestination the same of destinations
     */
    public void makeRoom(int sample, Predicate<CodePath> keepPath, Predicate<Destination> keepDestination) {
        codePaths.makeRoom(sample, keepPath);
        destinations.makeRoom(sample, keepDestination, codePaths.other());
        if (codePaths.anyLeaving()) {
            destinations.all().forEach(to -> to.retireUsages(codePaths.other()));
        }
    }

    /** A connection may have been given what was retired just then: that must stay, or be replaced. */
    public void noteRetired(Connection connection, int sample) {
        if (connection.opener.retired()) {
            connection.opener.seen(sample);
        }
        CodePath closer = connection.closer();
        if (closer != null && closer.retired()) {
            closer.seen(sample);
        }
        Destination to = connection.destination();
        Usage usage = connection.usage();
        if (to != null && (to.retired() || (usage != null && usage.codePath().retired()))) {
            Destination now = to.retired() ? destinations.get(0) : to;
            connection.leads(
                    now,
                    now.usage(connection.opener.retired() ? codePaths.other() : connection.opener, codePaths.other()));
        }
    }

    /** How often counters were reset. */
    public int resets() {
        return resets.get();
    }

    /** Knows the agent's own cost. */
    public Governor governor() {
        return governor;
    }

    /** Times events. */
    public HookClock clock() {
        return clock;
    }

    public CodePaths codePaths() {
        return codePaths;
    }

    /** About how much memory is held: an estimate from the sizes of the tables, which costs nothing to make. */
    public long estimatedBytes() {
        long live = Math.max(0, opened.sum() + accepted.sum() - closed.sum());
        return table.bytes(live) + recentlyClosed.bytes() + codePaths.bytes() + destinations.bytes();
    }

    public Destinations destinations() {
        return destinations;
    }

    public ConnectionTable table() {
        return table;
    }

    public RecentlyClosed recentlyClosed() {
        return recentlyClosed;
    }

    /** Counters of code paths and destinations start anew; what is open stays known. */
    public void reset() {
        codePaths.reset();
        destinations.all().forEach(Destination::reset);
        resets.incrementAndGet();
    }

    public void opened(FileDescriptor fd, int number, boolean listener) {
        long now = System.nanoTime();
        CodePath opener = codePaths.current(now);
        Connection connection = new Connection(fd, number, listener ? Kind.LISTENER : Kind.OPENED, opener, now, false);
        if (add(connection)) {
            countOpening(connection);
        }
    }

    public void accepted(FileDescriptor fd, int number, InetAddress peer, int peerPort) {
        long now = System.nanoTime();
        CodePath opener = codePaths.accepting(now);
        Connection connection = new Connection(fd, number, Kind.ACCEPTED, opener, now, false);
        connection.remote(Endpoint.of(peer, peerPort), connection.openedAt);
        if (add(connection)) {
            countOpening(connection);
        }
    }

    public void connecting(FileDescriptor fd, int number, InetAddress peer, int peerPort) {
        Connection connection = find(fd, number);
        if (connection != null && !connection.connected()) {
            Endpoint remote = Endpoint.of(peer, peerPort);
            connection.remote(remote, System.nanoTime());
            if (connection.destination() == null && !remote.isWildcard()) {
                lead(connection, connection.opener.destination(remote, false, destinations));
            }
        }
    }

    /** False if the socket is not known. */
    public boolean localAddress(FileDescriptor fd, int number, InetAddress local, int localPort) {
        Connection connection = find(fd, number);
        if (connection != null && connection.connecting()) {
            Endpoint endpoint = Endpoint.of(local, localPort);
            connection.connected(endpoint);
            if (connection.kind == Kind.ACCEPTED) {
                lead(connection, connection.opener.destination(endpoint, true, destinations));
            }
            long now = System.nanoTime();
            answered(connection, ConnectOutcome.CONNECTED, now);
            countSyns(connection, now);
        }
        return connection != null;
    }

    /**
     * True if the kernel must be asked where this socket leads before its local address is told or it is closed. It was
     * sent to the wildcard address, which stands for one of this host's; or a connect was begun and the JDK was never
     * asked to finish it, though the kernel may have.
     */
    public boolean peerInDoubt(FileDescriptor fd, int number, boolean closing) {
        Connection connection = find(fd, number);
        return connection != null && connection.connecting() && (closing || connection.toWildcard());
    }

    /** An attempt to connect has failed; the socket is still open. */
    public void connectFailed(FileDescriptor fd, int number, Throwable thrown) {
        Connection connection = find(fd, number);
        if (connection != null && !connection.connected()) {
            long now = System.nanoTime();
            answered(connection, ConnectOutcome.of(thrown), now);
            countSyns(connection, now);
        }
    }

    /** SO_LINGER was set. */
    public void linger(FileDescriptor fd, int number, boolean zero) {
        Connection connection = find(fd, number);
        if (connection != null) {
            connection.lingersNot(zero);
        }
    }

    /** The socket is about to be shut down for output: afterwards the kernel may be done with it already. */
    public void shutdownOutput(FileDescriptor fd, int number) {
        Connection connection = find(fd, number);
        if (connection != null && connection.connected() && connection.halfClosed() == null) {
            Ending byFin = kernel.halfClosing(connection, fd);
            if (byFin != Ending.PEER_RESET) {
                connection.halfClose(byFin);
            }
        }
    }

    /** Whether the socket was shut down for output. */
    public boolean halfClosed(FileDescriptor fd, int number) {
        Connection connection = find(fd, number);
        return connection != null && connection.halfClosed() != null;
    }

    /** A read has told the application that the peer has reset the connection. */
    public void resetWasRead(FileDescriptor fd, int number) {
        Connection connection = find(fd, number);
        if (connection != null) {
            connection.resetRead();
        }
    }

    /** The method that closes is done. If the descriptor is open still, a selector or another thread keeps it so. */
    public void closed(FileDescriptor fd, int number) {
        Connection connection = find(fd, number);
        if (connection != null && connection.kind != Kind.LISTENER && connection.defer()) {
            connection.opener.tallies.deferred.increment();
            Destination destination = connection.destination();
            if (destination != null) {
                destination.tallies.deferred.increment();
            }
        }
    }

    /** A descriptor is open that no event told of. */
    public void preexisting(int number) {
        if (table.get(number) == null) {
            preexisting.add(number);
        }
    }

    /** True if this socket should be given to {@link #adopt} and then here again: it is one from before the agent. */
    public boolean closing(FileDescriptor fd, int number) {
        Connection connection = find(fd, number);
        if (connection == null) {
            return preexisting.remove(number) && table.get(number) == null;
        }
        if (connection.closer() == null) {
            close(fd, connection, codePaths.current(), ending(fd, connection));
        }
        return false;
    }

    /** A connected socket from before the agent is seen for the first time, as it closes. */
    public void adopt(FileDescriptor fd, int number, InetAddress local, int localPort, InetAddress peer, int peerPort) {
        Connection connection = new Connection(fd, number, Kind.OPENED, codePaths.preexisting(), true);
        connection.remote(Endpoint.of(peer, peerPort), connection.openedAt);
        connection.connected(Endpoint.of(local, localPort));
        add(connection);
    }

    /** True if this socket should be given to {@link #adopt} and then here again: it is one from before the agent. */
    public boolean released(FileDescriptor fd, int number) {
        boolean unknown = !preexisting.isEmpty() && preexisting.remove(number);
        Connection connection = find(fd, number);
        if (connection == null) {
            return unknown && table.get(number) == null;
        }
        gone(fd, connection, "Common-Cleaner".equals(Thread.currentThread().getName()));
        // Last, so that what fails before can be made up for by whoever gets the number next.
        table.remove(connection);
        return false;
    }

    private void countOpening(Connection connection) {
        if (connection.kind != Kind.LISTENER && !connection.preexisting) {
            connection.countOpening(connection.kind == Kind.ACCEPTED ? accepted : opened);
        }
    }

    private boolean add(Connection connection) {
        if (!ConnectionTable.inBounds(connection.number)) {
            dropped.incrementAndGet();
            return false;
        }
        Connection before = table.get(connection.number);
        if (before != null) {
            // The kernel gave the number out again, so it was released where nobody looks, by native code perhaps.
            gone(null, before, false);
        }
        table.put(connection);
        return true;
    }

    private void close(FileDescriptor fd, Connection connection, CodePath closer, Ending ending) {
        if (connection.closing(closer)) {
            if (connection.kind != Kind.LISTENER) {
                connection.countClosing();
                if (ending == Ending.OUR_RESET && !connection.lingersNot()) {
                    connection.unlessReset(kernel.byFin(connection, fd));
                } else {
                    ended(connection, ending);
                }
            }
            rememberClosed(connection, closer);
        }
    }

    private void gone(@Nullable FileDescriptor fd, Connection connection, boolean byCollector) {
        if (connection.closer() == null && byCollector && fd != null) {
            close(fd, connection, codePaths.collector(), ending(fd, connection));
            connection.opener.closedByCollector.increment();
            closedByCollector.increment();
        }
        if (connection.kind != Kind.LISTENER) {
            connection.countClosing();
        }
        if (connection.kind != Kind.LISTENER && !connection.preexisting) {
            countOpening(connection);
            connection.countEnd(closed);
            if (connection.kind == Kind.OPENED
                    && !connection.connected()
                    && connection.countFailure(failed)
                    && connection.connecting()) {
                answered(connection, ConnectOutcome.FAILED, System.nanoTime());
            }
        }
        settle(fd, connection);
        if (connection.connected() && !connection.preexisting) {
            long lifetime = System.nanoTime() - connection.openedAt;
            connection.opener.tallies.lifetimes.add(lifetime);
            Destination destination = connection.destination();
            if (destination != null) {
                destination.tallies.lifetimes.add(lifetime);
            }
            Usage usage = connection.usage();
            if (usage != null) {
                usage.lived(lifetime);
            }
        }
    }

    /** Whatever was retransmitted until a connection is established, or fails to be, were SYNs or SYN-ACKs. */
    private void countSyns(Connection connection, long now) {
        if (connection.kind == Kind.ACCEPTED ? lossy : now - connection.connectingAt() >= FIRST_SYN_AGAIN_NANOS) {
            connection.synsRetransmitted(kernel.retransmitted(connection));
        }
    }

    private Ending ending(@Nullable FileDescriptor fd, Connection connection) {
        if (!connection.connected()) {
            if (connection.connecting()) {
                countSyns(connection, System.nanoTime());
            }
            return Ending.NEVER_CONNECTED;
        }
        return fd == null ? Ending.UNKNOWN : kernel.ending(connection, fd);
    }

    /**
     * Unread data makes the release of the descriptor a reset, but Socket.close and a channel with a selector send a FIN
     * first. If the peer is done by now, as it is on loopback, there is nothing left to reset.
     */
    private void settle(@Nullable FileDescriptor fd, Connection connection) {
        Ending unlessReset = connection.unlessReset();
        if (unlessReset != null) {
            boolean tooLate = fd != null && kernel.byFin(connection, fd) == Ending.PEER_RESET;
            ended(connection, tooLate ? unlessReset : Ending.OUR_RESET);
        }
    }

    private static void ended(Connection connection, Ending ending) {
        ended(connection.opener.tallies, connection, ending);
        Destination destination = connection.destination();
        if (destination != null) {
            ended(destination.tallies, connection, ending);
        }
    }

    private static void ended(Tallies tallies, Connection connection, Ending ending) {
        tallies.add(ending);
        if (connection.halfClosed() != null) {
            tallies.halfClosed.increment();
        }
    }

    private static void answered(Connection connection, ConnectOutcome outcome, long now) {
        if (connection.kind == Kind.OPENED && connection.answer()) {
            long took = outcome == ConnectOutcome.CONNECTED ? now - connection.connectingAt() : 0;
            answered(connection.opener.tallies, outcome, took);
            Usage usage = connection.usage();
            if (usage != null && outcome != ConnectOutcome.CONNECTED) {
                usage.notConnected.increment();
                if (outcome == ConnectOutcome.NO_LOCAL_PORT) {
                    usage.noLocalPort.increment();
                }
            }
            Destination destination = connection.destination();
            if (destination != null) {
                answered(destination.tallies, outcome, took);
            }
        }
    }

    private static void answered(Tallies tallies, ConnectOutcome outcome, long tookNanos) {
        tallies.add(outcome);
        if (outcome == ConnectOutcome.CONNECTED) {
            tallies.connectTimes.add(tookNanos);
        }
    }

    private void rememberClosed(Connection connection, CodePath closer) {
        long key = connection.key();
        if (key != 0) {
            Destination destination = connection.destination();
            recentlyClosed.add(
                    key,
                    connection.opener.ref(),
                    closer.ref(),
                    destination == null ? 0 : destination.ref(),
                    connection.retransmitted());
        }
    }

    private @Nullable Connection find(FileDescriptor fd, int number) {
        Connection connection = table.get(number);
        if (connection == null || !connection.refersTo(fd)) {
            return null;
        }
        if (!connection.openingCounted()) {
            countOpening(connection);
        }
        return connection;
    }

    private void lead(Connection connection, Destination destination) {
        Usage usage = destination.usage(connection.opener, codePaths.other());
        connection.leads(destination, usage);
        destination.total.increment();
        usage.connections.increment();
    }
}
