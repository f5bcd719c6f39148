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
import dev.tcphealth.kernel.SocketRow;
import dev.tcphealth.kernel.SocketSource;
import dev.tcphealth.kernel.TcpState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
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

    /** FIN_WAIT1 and LAST_ACK may outlive the close by minutes; later the kernel may have given the ports to others. */
    private static final int CLOSED_FOR_SECONDS = 300;

    /** How long, and how many at the least, closed connections are only added to those that were known. */
    private static final long CLOSED_ANEW_NANOS = 30_000_000_000L;

    private static final int CLOSED_ANEW = 50_000;

    /** How long after the last retransmission of anyone in the namespace the next is expected. */
    private static final long LOSSY_NANOS = 60_000_000_000L;

    /**
     * How many connections of this JVM must have ended since, so that none is expected. While one is, the kernel tells of
     * each socket that it destroys, which costs the thread that closes it a switch to another, and each accepted
     * connection is asked for SYN-ACKs sent again: together 6 us of the 35 us that a loopback connection takes.
     */
    static final long LOSSLESS_ENDS = 10_000;

    /** Of those that retransmitted, the most that are kept from one sample to the next. */
    private static final int MOST_DESTROYED = 100_000;

    // Listeners that are no live connection, beyond every place in the list of these.
    private static final long SOMEBODY_ELSES = 1L << 32;
    private static final long FROM_BEFORE = SOMEBODY_ELSES + 1;

    private final ConnectionTracker tracker;
    private final HostReader host;
    private final SocketSource sockets;
    private final SocketFds descriptors;
    private final @Nullable DestroyedSockets destroyed;
    private final LongSupplier clock;
    private final TrafficSchedule schedule;

    private final SocketRows rows = new SocketRows();
    private final List<Connection> live = new ArrayList<>();
    private final LongMap liveByInode = new LongMap();
    private final LongMap liveByKey = new LongMap();

    /** Of the live connections, by their place in the list, those that the kernel lists. */
    private final BitSet listed = new BitSet();

    /** Who opened and closed what was closed lately, and the place of that in {@link RecentlyClosed}; each by 4-tuple. */
    private final LongMap closedByKey = new LongMap();

    private final LongMap sequenceByKey = new LongMap();
    private long closedBeforeLast;
    private long closedBefore;
    private long closedSince;
    private int closedThen;

    private final Strangers strangers;
    private final LongMap listenersByLocal = new LongMap();
    private final LongMap listenerOfRow = new LongMap();
    private final Tally tally = new Tally();

    private final PortUsage ports = new PortUsage();

    /** Of the sockets that were destroyed since the last sample: the key and the segments retransmitted. */
    private long[] destroyedRows = new long[128];

    private int destroyedCount;
    private boolean destroyedLost;

    private int sample;
    private Limits limits = Limits.UNKNOWN;
    private int resets;
    private long hostRetransmitted = -1;
    private long lastRetransmitted;
    private long closedAtRetransmission;
    private long lossyUntil;

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
        this.destroyed = destroyed;
        this.clock = clock;
        this.schedule = new TrafficSchedule(host);
        this.trafficNanos = clock.getAsLong();
        this.lossyUntil = trafficNanos + LOSSY_NANOS;
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
        addClosed();
        tally.known(read);
        join(liveBefore, start);
        joinDestroyed(missing);
        int oneIn = tracker.governor().oneIn();
        if (oneIn > 1) {
            missing.add("stacks that are not matched are a sample of 1 in " + oneIn
                    + ": the agent's own cost has passed max-overhead; the others count under "
                    + CodePaths.NOT_LOOKED_AT);
        }
        List<CodePathStats> codePaths = tally.codePaths(tracker.codePaths().all());
        HostSample hostSample = host.sample();
        limits = hostSample.limits();
        missing.addAll(hostSample.missing());

        JvmStats jvm = jvmStats(interval);
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
                tally.destinations(tracker.destinations().all(), ports),
                listeners(),
                retransmissions(codePaths, hostSample.counters().retransmittedSegments()),
                listed && read ? tally.coverage() : Coverage.UNKNOWN,
                missing);
    }

    private void clear() {
        sample++;
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
            missing.add(e.getMessage() + ": the states of sockets, TIME_WAIT and CLOSE_WAIT among them, are not known");
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
            missing.add(e.getMessage() + ": how many of this process's sockets the agent knows is not known");
            return false;
        }
    }

    private void addClosed() {
        long now = clock.getAsLong();
        boolean anew = now - closedSince > CLOSED_ANEW_NANOS || closedByKey.size() > 2 * closedThen + CLOSED_ANEW;
        if (anew) {
            closedByKey.clear();
            sequenceByKey.clear();
            closedSince = now;
        }
        long end = tracker.recentlyClosed()
                .forEach(anew ? 0 : closedBeforeLast, (sequence, key, owners, ageSeconds) -> {
                    if (ageSeconds <= CLOSED_FOR_SECONDS) {
                        closedByKey.put(key, owners);
                        sequenceByKey.put(key, sequence);
                    }
                });
        closedBeforeLast = closedBefore;
        closedBefore = end;
        closedThen = anew ? closedByKey.size() : closedThen;
    }

    /** @param liveBefore how many of the live connections were so before the kernel's sockets were read */
    private void join(int liveBefore, long now) {
        listed.clear();
        rows.find(liveByInode, liveByKey, closedByKey);
        findWaiting();
        for (int i = 0; i < rows.size(); i++) {
            TcpState state = rows.state(i);
            int at = (int) rows.live(i);
            if (at != LongMap.ABSENT) {
                listed.set(at);
                joinLive(i, live.get(at), now);
                continue;
            }
            if (strangers.contains(rows.inode(i))) {
                tally.stranger(tracker.codePaths().preexisting(), state);
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
            Connection connection = live.get(i);
            if (isOpen(connection)) {
                tally.open(connection);
                if (i < liveBefore && !listed.get(i)) {
                    tally.unlisted(connection, TcpState.CLOSE);
                }
            }
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
            leadsTo(row, to.id());
        }
    }

    /** What a closed connection left behind: TIME_WAIT, or a socket that still tries to deliver data or its FIN. */
    private void joinClosed(int row, long owners) {
        tally.closed(owners, rows.state(row));
        if (rows.hasTotals(row)) {
            countAfterClose(rows.key(row), rows.retransmitted(row));
        }
        leadsTo(row, RecentlyClosed.destination(owners));
    }

    /** Waits in an accept queue of this JVM; else it is somebody else's. */
    private void joinUnowned(int row) {
        long listener = listenerOfRow.get(row + 1L);
        if (listener == LongMap.ABSENT || listener == SOMEBODY_ELSES) {
            tally.other(rows.state(row));
        } else if (listener == FROM_BEFORE) {
            tally.waiting(tracker.codePaths().preexisting(), rows.state(row));
        } else {
            tally.waiting(live.get((int) listener).opener, rows.state(row));
        }
    }

    /**
     * Finds who listens for the connections that nobody has accepted: they have no inode, and their address or at least
     * their port is the listener's. Where others listen there too (SO_REUSEPORT), nobody knows whose they are.
     */
    private void findWaiting() {
        listenersByLocal.clear();
        listenerOfRow.clear();
        if (rows.waitingCount() == 0) {
            return;
        }
        for (SocketRows.Listener listener : rows.listeners()) {
            long at = liveByInode.get(listener.inode());
            if (at == LongMap.ABSENT) {
                at = strangers.contains(listener.inode()) ? FROM_BEFORE : SOMEBODY_ELSES;
            }
            if (at == SOMEBODY_ELSES || listenersByLocal.get(listener.local()) != SOMEBODY_ELSES) {
                listenersByLocal.put(listener.local(), at);
            }
        }
        for (int i = 0; i < rows.waitingCount(); i++) {
            long at = rows.listenerOf(i, listenersByLocal);
            if (at != LongMap.ABSENT) {
                listenerOfRow.put(rows.waiting(i) + 1L, at);
            }
        }
    }

    /**
     * Takes what the kernel tells of destroyed sockets before its queue is full; to be called often while {@link #lossy}.
     */
    public void drain() {
        if (destroyed != null && !destroyed.drain(this::addDestroyed)) {
            destroyedLost = true;
        }
    }

    /** Whether segments were retransmitted lately by anyone in the network namespace. */
    public boolean lossy() {
        return lossyUntil - clock.getAsLong() > 0;
    }

    private void addDestroyed(SocketRow row) {
        long total = row.tcpInfo.totalRetransmits();
        if (total <= 0) {
            return;
        }
        if (destroyedCount == MOST_DESTROYED) {
            destroyedLost = true;
            return;
        }
        if (2 * destroyedCount == destroyedRows.length) {
            destroyedRows = Arrays.copyOf(destroyedRows, 2 * destroyedRows.length);
        }
        destroyedRows[2 * destroyedCount] = row.key();
        destroyedRows[2 * destroyedCount + 1] = total;
        destroyedCount++;
    }

    /** Counts what closed connections have retransmitted between the last sample that showed them and their end. */
    private void joinDestroyed(List<String> missing) {
        for (int i = 0; i < destroyedCount; i++) {
            countAfterClose(destroyedRows[2 * i], destroyedRows[2 * i + 1]);
        }
        destroyedCount = 0;
        if (destroyedLost) {
            destroyedLost = false;
            missing.add(
                    "the kernel had more closed connections to tell of than it could: what some of them retransmitted"
                            + " at the end counts as others'");
        }
    }

    private void countAfterClose(long key, long total) {
        long sequence = sequenceByKey.get(key);
        if (sequence == LongMap.ABSENT) {
            return;
        }
        long owners = tracker.recentlyClosed().owners(sequence, key);
        if (owners != RecentlyClosed.FORGOTTEN) {
            tracker.retransmittedAfterClose(owners, tracker.recentlyClosed().retransmitted(sequence, key, total));
        }
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
        if (host < 0) {
            return new Retransmissions(-1, ours, -1);
        }
        if (resets != tracker.resets() || hostRetransmitted < 0) {
            resets = tracker.resets();
            hostRetransmitted = host - ours;
        }
        long since = host - hostRetransmitted;
        if (since != lastRetransmitted) {
            lastRetransmitted = since;
            closedAtRetransmission = tracker.closed.sum();
            lossyUntil = clock.getAsLong() + LOSSY_NANOS;
        } else if (tracker.closed.sum() - closedAtRetransmission >= LOSSLESS_ENDS) {
            lossyUntil = clock.getAsLong();
        }
        tracker.lossy(lossy());
        if (destroyed != null && lossy()) {
            destroyed.join();
        } else if (destroyed != null) {
            destroyed.leave();
        }
        return new Retransmissions(since, ours, since - ours);
    }

    private JvmStats jvmStats(Duration interval) {
        long opened = tracker.opened.sum();
        long accepted = tracker.accepted.sum();
        long closed = tracker.closed.sum();
        double seconds = interval.toNanos() / 1e9;
        JvmStats stats = new JvmStats(
                opened,
                accepted,
                tally.listeners(),
                closed,
                tracker.failed.sum(),
                tracker.closedByCollector.sum(),
                tally.live(),
                interval.isZero() ? Double.NaN : (opened + accepted - lastOpens) / seconds,
                interval.isZero() ? Double.NaN : (closed - lastCloses) / seconds,
                tally.ours(),
                tally.others().of(TcpState.TIME_WAIT),
                tally.others().of(TcpState.CLOSE_WAIT),
                tally.leaked(),
                strangers.openDescriptors());
        lastOpens = opened + accepted;
        lastCloses = closed;
        return stats;
    }
}
