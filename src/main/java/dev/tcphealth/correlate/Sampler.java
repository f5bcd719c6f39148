package dev.tcphealth.correlate;

import dev.tcphealth.connection.CodePaths;
import dev.tcphealth.connection.Connection;
import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.connection.Destination;
import dev.tcphealth.connection.RecentlyClosed;
import dev.tcphealth.kernel.DestroyedSockets;
import dev.tcphealth.kernel.HostReader;
import dev.tcphealth.kernel.HostSample;
import dev.tcphealth.kernel.Limits;
import dev.tcphealth.kernel.SocketFds;
import dev.tcphealth.kernel.SocketSource;
import dev.tcphealth.kernel.TcpState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes one Snapshot after the other. What the kernel shows is joined with what the tracker knows in this order, so that
 * a connection which comes or goes meanwhile is still found: live connections and their inodes are listed before and
 * after the kernel's sockets are read, closed ones after. A socket is ours by its inode, else by its 4-tuple among the
 * live, else by its 4-tuple among the recently closed, else by the address of a listener of ours that has
 * not accepted it yet; else it is somebody else's.
 *
 * <p>Not thread-safe: one thread samples.
 */
public final class Sampler {

    private final ConnectionTracker tracker;
    private final HostReader host;
    private final SocketSource sockets;
    private final SocketFds descriptors;
    private final DestroyedLog destroyed;
    private final LossWindow losses;
    private final LongSupplier clock;
    private final TrafficSchedule schedule;

    private final SocketRows rows = new SocketRows();
    private final List<Connection> live = new ArrayList<>();
    private final LongMap liveByInode = new LongMap();
    private final LongMap liveByKey = new LongMap();

    /** Of the live connections, by their place in the list, those that the kernel lists. */
    private final BitSet listed = new BitSet();

    private final ClosedIndex closed;
    private final Strangers strangers;
    private final FoundOpen foundOpen = new FoundOpen();
    private final AcceptQueues queues = new AcceptQueues();
    private final Tally tally = new Tally();

    private final PortUsage ports = new PortUsage();

    /** Those that findings name must not make room. */
    private volatile Set<Integer> keptPaths = Set.of();

    private volatile Set<String> keptDestinations = Set.of();

    private int sample;
    private Limits limits = Limits.UNKNOWN;
    /** Of the last sample: every socket of the network namespace that is not in TIME_WAIT; 0 where that is unknown. */
    private int connections;

    /** When the sample began that read the totals of connections last. */
    private long trafficNanos;

    private long lastNanos;
    private long lastOpens;
    private long lastCloses;

    public Sampler(ConnectionTracker tracker, HostReader host, SocketSource sockets, SocketFds descriptors) {
        this(tracker, host, sockets, descriptors, null);
    }

    /** @param destroyed null where no native call can be made */
    public Sampler(
            ConnectionTracker tracker,
            HostReader host,
            SocketSource sockets,
            SocketFds descriptors,
            @Nullable DestroyedSockets destroyed) {
        this(tracker, host, sockets, descriptors, destroyed, System::nanoTime);
    }

    /** @param clock a monotonic clock in nanoseconds, of any origin */
    Sampler(
            ConnectionTracker tracker,
            HostReader host,
            SocketSource sockets,
            SocketFds descriptors,
            @Nullable DestroyedSockets destroyed,
            LongSupplier clock) {
        this.destroyed = new DestroyedLog(destroyed);
        this.losses = new LossWindow(clock);
        this.closed = new ClosedIndex(tracker);
        this.clock = clock;
        this.schedule = new TrafficSchedule(host);
        this.trafficNanos = clock.getAsLong();
        this.tracker = tracker;
        this.host = host;
        this.sockets = sockets;
        this.descriptors = descriptors;
        this.strangers = new Strangers(tracker, descriptors);
    }

    /** Never throws because of what the kernel says or does not say: that is in {@link Snapshot#missing}. */
    public Snapshot sample() {
        Instant at = Instant.now();
        long start = clock.getAsLong();
        Duration interval = sample == 0 ? Duration.ZERO : Duration.ofNanos(start - lastNanos);
        List<String> missing = new ArrayList<>();
        clear();
        ports.clear(limits);
        addLive();
        int liveBefore = live.size();
        boolean traffic = schedule.isDue(connections, lossy());
        boolean read = readSockets(traffic, missing);
        noteTraffic(traffic, read, start);
        addLive();
        boolean listed = listStrangers(missing);
        drain();
        closed.update(clock.getAsLong());
        tally.known(read);
        join(liveBefore, start);
        if (!read || !listed) {
            foundOpen.keep();
        }
        destroyed.join(closed, missing);
        int oneIn = tracker.governor().oneIn();
        if (oneIn > 1) {
            missing.add("stacks that are not matched are a sample of 1 in " + oneIn
                    + ": the agent's own cost has passed max-overhead; code paths marked as estimated are scaled up, and"
                    + " the rest counts under " + CodePaths.NOT_CAPTURED);
        }
        List<CodePathStats> codePaths = tally.codePaths(tracker.codePaths().all());
        HostSample hostSample = host.sample();
        limits = hostSample.limits();
        missing.addAll(hostSample.missing());

        JvmStats jvm = jvmStats(interval);
        List<DestinationStats> destinations =
                tally.destinations(tracker.destinations().all(), ports);
        Retransmissions retransmissions =
                retransmissions(codePaths, hostSample.counters().retransmittedSegments());
        makeRoom(read && listed, missing);
        lastNanos = start;
        StateCounts all = tally.all();
        connections = all.total() - all.of(TcpState.TIME_WAIT);
        return new Snapshot(
                at,
                interval,
                Duration.ofNanos(start - trafficNanos),
                Duration.ofNanos(clock.getAsLong() - start),
                hostSample,
                all,
                jvm,
                codePaths,
                destinations,
                listeners(),
                retransmissions,
                listed && read ? tally.coverage() : Coverage.UNKNOWN,
                missing);
    }

    /** What findings name keeps its row: code paths by id, destinations by name. Any thread may call this. */
    public void keep(Set<Integer> codePaths, Set<String> destinations) {
        keptPaths = Set.copyOf(codePaths);
        keptDestinations = Set.copyOf(destinations);
    }

    /** @param known whether it is known who has sockets; if not, nobody need go */
    private void makeRoom(boolean known, List<String> missing) {
        Set<Integer> paths = keptPaths;
        Set<String> destinations = keptDestinations;
        tracker.makeRoom(
                sample,
                path -> !known || paths.contains(path.id()) || tally.inUse(path),
                to -> !known || destinations.contains(to.name()) || tally.inUse(to));
        addRetired(missing, tracker.codePaths().retired(), "code path", "code-paths");
        addRetired(missing, tracker.destinations().retired(), "destination", "destinations");
    }

    private static void addRetired(List<String> missing, long count, String what, String option) {
        if (count > 0) {
            missing.add(String.format(Locale.ROOT, "%,d idle ", count) + what + (count == 1 ? " was" : "s were")
                    + " dropped to make room for others: totals count under (other " + what + "s); the option "
                    + option + " keeps more");
        }
    }

    private void clear() {
        sample++;
        foundOpen.begin();
        rows.clear();
        live.clear();
        liveByInode.clear();
        liveByKey.clear();
        tally.clear();
    }

    private boolean readSockets(boolean traffic, List<String> missing) {
        try {
            int gaps =
                    sockets.forEach(TcpState.ALL_BITS, traffic, row -> rows.add(row, ports.add(row)), this::readAgain);
            missing.addAll(sockets.missing());
            if (gaps > 0) {
                missing.add(gaps + " of the kernel's TCP sockets could not be understood and are not counted");
            }
            return true;
        } catch (IOException e) {
            missing.add(e.getMessage() + Snapshot.STATES_NOT_KNOWN);
            return false;
        }
    }

    private void noteTraffic(boolean due, boolean read, long now) {
        if (!due) {
            schedule.leftOut();
        } else if (read) {
            schedule.read();
            trafficNanos = now;
        }
    }

    /** What was read so far of the kernel's sockets is void. */
    private void readAgain() {
        rows.clear();
        ports.clear(limits);
    }

    /** Adds the connections that are live now and were not a moment ago. */
    private void addLive() {
        tracker.table().forEach(connection -> {
            if (connection.sample == sample) {
                return;
            }
            connection.sample = sample;
            if (connection.inode == 0) {
                findInode(connection);
            }
            if (connection.inode != 0) {
                liveByInode.put(connection.inode, live.size());
            }
            if (connection.key() != 0) {
                liveByKey.put(connection.key(), live.size());
            }
            live.add(connection);
        });
    }

    /** The link was the connection's if the connection had the descriptor before and after it was read. */
    private void findInode(Connection connection) {
        long inode = descriptors.inodeOf(connection.number).orElse(0);
        if (isOpen(connection)) {
            connection.inode = inode;
        }
    }

    private boolean isOpen(Connection connection) {
        return connection.equals(tracker.table().get(connection.number));
    }

    private boolean listStrangers(List<String> missing) {
        try {
            strangers.update(live.size());
            return true;
        } catch (IOException e) {
            missing.add(e.getMessage() + Snapshot.DESCRIPTORS_NOT_KNOWN);
            return false;
        }
    }

    /** @param liveBefore how many of the live connections were so before the kernel's sockets were read */
    private void join(int liveBefore, long now) {
        listed.clear();
        rows.find(liveByInode, liveByKey, closed.owners());
        queues.find(rows, liveByInode, strangers);
        for (int i = 0; i < rows.size(); i++) {
            TcpState state = rows.state(i);
            int at = (int) rows.live(i);
            if (at != LongMap.ABSENT) {
                listed.set(at);
                joinLive(i, live.get(at), now);
                continue;
            }
            if (strangers.contains(rows.inode(i))) {
                joinStranger(i, state, now);
                continue;
            }
            long owners = rows.closed(i);
            if (owners != LongMap.ABSENT) {
                joinClosed(i, owners);
            } else {
                joinUnowned(i);
            }
        }
        for (int i = 0; i < live.size(); i++) {
            joinOpen(live.get(i), i < liveBefore && !listed.get(i));
        }
        closed.settle();
    }

    /** @param unlisted it was open when the kernel's sockets were read, and was not among them */
    private void joinOpen(Connection connection, boolean unlisted) {
        if (connection.closer() != null) {
            closed.crossed(connection);
        }
        tracker.noteRetired(connection, sample);
        if (!isOpen(connection)) {
            return;
        }
        tally.open(connection, unlisted);
        if (unlisted) {
            tally.unlisted(connection, TcpState.CLOSE);
        }
        if (connection.preexisting) {
            foundOpen.mayBeOpen(connection.inode);
        } else {
            foundOpen.wasSeenOpening(connection.inode);
        }
    }

    /** Opened unseen, unless the event has come since the descriptors were listed. */
    private void joinStranger(int row, TcpState state, long now) {
        Connection known = tracker.table().get(strangers.descriptor(rows.inode(row)));
        if (known != null && known.inode == 0 && !known.preexisting) {
            tally.live(known, state, now);
            return;
        }
        tally.stranger(tracker.codePaths().preexisting(), state);
        if (state != TcpState.LISTEN) {
            foundOpen.add(rows.inode(row));
        }
    }

    private void joinLive(int row, Connection connection, long now) {
        tally.live(connection, rows.state(row), now);
        if (rows.hasTotals(row)) {
            connection.traffic(
                    rows.retransmitted(row),
                    rows.segmentsSent(row),
                    rows.bytesSent(row),
                    rows.bytesReceived(row),
                    rows.exchangesAtMost(row));
        }
        if (rows.hasTotals(row) && rows.state(row) == TcpState.SYN_SENT) {
            // A blocking connect that fails leaves nothing of them in the kernel (tcp_disconnect).
            connection.synsRetransmitted(rows.retransmitted(row));
        }
        Destination to = connection.destination();
        if (to != null) {
            leadsTo(row, to.slot());
        }
    }

    /** What a closed connection left behind: TIME_WAIT, or a socket that still tries to deliver data or its FIN. */
    private void joinClosed(int row, long owners) {
        int destination = tracker.destinations().slot(RecentlyClosed.destination(owners));
        tally.closed(
                tracker.codePaths().slot(RecentlyClosed.opener(owners)),
                tracker.codePaths().slot(RecentlyClosed.closer(owners)),
                destination,
                rows.state(row));
        if (rows.hasTotals(row)) {
            closed.count(rows.key(row), rows.retransmitted(row));
        }
        leadsTo(row, destination);
    }

    /** Waits in an accept queue of this JVM; else it is somebody else's. */
    private void joinUnowned(int row) {
        long listener = queues.listenerOf(row);
        if (listener == AcceptQueues.SOMEBODY_ELSES) {
            tally.other(rows.state(row));
        } else if (listener == AcceptQueues.FROM_BEFORE) {
            tally.waiting(tracker.codePaths().preexisting(), rows.state(row));
        } else {
            tally.waiting(live.get((int) listener).opener, rows.state(row));
        }
    }

    /**
     * Takes what the kernel tells of destroyed sockets before its queue is full; to be called often while {@link #lossy}.
     */
    public void drain() {
        destroyed.drain();
    }

    /** Whether segments were retransmitted lately by anyone in the network namespace. */
    public boolean lossy() {
        return losses.lossy();
    }

    private void leadsTo(int row, int destination) {
        if (rows.pair(row) != 0 && destination == 0) {
            ports.leadsToOthers(rows.pair(row));
        }
    }

    private List<ListenerStats> listeners() {
        List<ListenerStats> listeners = new ArrayList<>();
        for (SocketRows.Listener listener : rows.listeners()) {
            long at = liveByInode.get(listener.inode());
            if (at != LongMap.ABSENT) {
                listeners.add(new ListenerStats(
                        listener.name(),
                        listener.inode(),
                        live.get((int) at).opener.id(),
                        live.get((int) at).opener.name(),
                        listener.queue(),
                        listener.backlog()));
            }
        }
        listeners.sort(Comparator.comparingLong((ListenerStats listener) -> -listener.queue())
                .thenComparing(ListenerStats::name)
                .thenComparingLong(ListenerStats::inode));
        return listeners;
    }

    /** @param host the kernel's count since boot, read after ours were added up, so that they are all in it */
    private Retransmissions retransmissions(List<CodePathStats> codePaths, long host) {
        long ours = codePaths.stream()
                .mapToLong(path -> path.outcomes().traffic().segmentsRetransmitted())
                .sum();
        Retransmissions split = losses.split(host, ours, tracker.resets(), tracker.closed.sum());
        if (host >= 0) {
            tracker.lossy(lossy());
            destroyed.listen(lossy());
        }
        return split;
    }

    private JvmStats jvmStats(Duration interval) {
        long opened = tracker.opened.sum();
        long accepted = tracker.accepted.sum();
        long closedNow = tracker.closed.sum() + foundOpen.closed();
        double seconds = interval.toNanos() / 1e9;
        JvmStats stats = new JvmStats(
                opened,
                accepted,
                tally.listeners(),
                closedNow,
                tracker.failed.sum(),
                tracker.closedByCollector.sum(),
                tally.live() + (long) foundOpen.open(),
                interval.isZero() ? Double.NaN : (opened + accepted - lastOpens) / seconds,
                interval.isZero() ? Double.NaN : (closedNow - lastCloses) / seconds,
                tally.ours(),
                tally.others().of(TcpState.TIME_WAIT),
                tally.others().of(TcpState.CLOSE_WAIT),
                tally.leaked(),
                foundOpen.found(),
                strangers.openDescriptors());
        lastOpens = opened + accepted;
        lastCloses = closedNow;
        return stats;
    }
}
