package dev.tcphealth.correlate;

import dev.tcphealth.connection.CodePath;
import dev.tcphealth.connection.Connection;
import dev.tcphealth.connection.Connection.Kind;
import dev.tcphealth.connection.Destination;
import dev.tcphealth.connection.Usage;
import dev.tcphealth.kernel.TcpState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Counts one sample: every socket of the kernel once, under whom it belongs to. Used again for each sample; what it
 * gives out is immutable.
 */
final class Tally {

    private static final int TOTAL = 0;
    private static final int OURS = 1;
    private static final int OTHERS = 2;

    /** What hurts most first. */
    private static final Comparator<CodePathStats> CODE_PATH_ORDER = Comparator.<CodePathStats>comparingLong(
                    path -> -path.states().of(TcpState.CLOSE_WAIT))
            .thenComparingLong(path -> -Math.max(path.states().of(TcpState.TIME_WAIT), path.timeWaitByCloser()))
            .thenComparingLong(path -> -path.live())
            .thenComparingLong(path -> -(path.opened() + path.accepted()))
            .thenComparingInt(CodePathStats::id);

    private static final Comparator<DestinationStats> DESTINATION_ORDER = Comparator.<DestinationStats>comparingLong(
                    to -> -to.states().of(TcpState.CLOSE_WAIT))
            .thenComparingLong(to -> -to.states().of(TcpState.TIME_WAIT))
            .thenComparingLong(to -> -to.live())
            .thenComparingLong(to -> -to.total())
            .thenComparing(DestinationStats::name);

    private final StateTable totals = new StateTable();
    private final StateTable byOpener = new StateTable();
    private final StateTable byCloser = new StateTable();
    private final StateTable byDestination = new StateTable();
    private final LongMap usages = new LongMap();
    private final StateTable byUsage = new StateTable();
    private final Counts openByOpener = new Counts();
    private final Counts openByDestination = new Counts();
    private final Counts leakedByOpener = new Counts();
    private final Counts oldestCloseWait = new Counts();

    private int descriptors;
    private int strangers;
    private int listeners;
    private int live;
    private int stateless;
    private int leaked;
    private boolean known;

    /** Whether the kernel's sockets could be read; if not, every state given out is unknown. */
    void known(boolean read) {
        known = read;
    }

    void clear() {
        totals.clear();
        byOpener.clear();
        byCloser.clear();
        byDestination.clear();
        usages.clear();
        byUsage.clear();
        openByOpener.clear();
        openByDestination.clear();
        leakedByOpener.clear();
        oldestCloseWait.clear();
        descriptors = 0;
        strangers = 0;
        listeners = 0;
        live = 0;
        stateless = 0;
        leaked = 0;
    }

    /** A socket of the kernel that this JVM is not known to have anything to do with. */
    void other(TcpState state) {
        totals.count(TOTAL, state);
        totals.count(OTHERS, state);
    }

    /** A socket of this process that the agent did not see being opened. */
    void stranger(CodePath preexisting, TcpState state) {
        totals.count(TOTAL, state);
        totals.count(OURS, state);
        byOpener.count(preexisting.slot(), state);
        strangers++;
        if (state == TcpState.LISTEN) {
            listeners++;
        } else {
            openByOpener.add(preexisting.slot(), 1);
        }
    }

    /** A socket of the kernel that waits for this code path, which listens, to accept it. */
    void waiting(CodePath listener, TcpState state) {
        totals.count(TOTAL, state);
        totals.count(OURS, state);
        byOpener.count(listener.slot(), state);
    }

    /** A socket of the kernel that a live connection stands for. */
    void live(Connection connection, TcpState state, long nowNanos) {
        totals.count(TOTAL, state);
        unlisted(connection, state);
        if (state != TcpState.CLOSE_WAIT) {
            connection.closeWaitSince = 0;
        } else {
            if (connection.closeWaitSince == 0) {
                connection.closeWaitSince = nowNanos;
            }
            oldestCloseWait.raise(connection.opener.slot(), nowNanos - connection.closeWaitSince);
        }
    }

    /** A live connection that the kernel does not list: it lists only what is bound. */
    void unlisted(Connection connection, TcpState state) {
        totals.count(OURS, state);
        byOpener.count(connection.opener.slot(), state);
        CodePath closer = connection.closer();
        if (closer != null) {
            byCloser.count(closer.slot(), state);
        }
        Destination destination = connection.destination();
        if (destination != null) {
            byDestination.count(destination.slot(), state);
            byUsage.count(usage(connection.opener.slot(), destination.slot()), state);
        }
    }

    /** A socket of the kernel that a closed connection left behind. */
    void closed(int opener, int closer, int destination, TcpState state) {
        totals.count(TOTAL, state);
        totals.count(OURS, state);
        byOpener.count(opener, state);
        byCloser.count(closer, state);
        byDestination.count(destination, state);
        byUsage.count(usage(opener, destination), state);
    }

    /** A dense number for a code path and a destination, from 0. */
    private int usage(int codePath, int destination) {
        long pair = pair(codePath, destination);
        long known = usages.get(pair);
        if (known != LongMap.ABSENT) {
            return (int) known;
        }
        int made = usages.size();
        usages.put(pair, made);
        return made;
    }

    private static long pair(int codePath, int destination) {
        return ((long) codePath << 32 | destination) + 1;
    }

    /**
     * A connection whose descriptor is open at the end of the sample.
     *
     * @param unlisted the kernel lists it in no state
     */
    void open(Connection connection, boolean unlisted) {
        if (connection.inode != 0 && connection.preexisting) {
            strangers++;
        } else if (connection.inode != 0) {
            descriptors++;
            stateless += unlisted ? 1 : 0;
        }
        if (connection.kind == Kind.LISTENER) {
            listeners++;
        } else {
            live += connection.preexisting ? 0 : 1;
            openByOpener.add(connection.opener.slot(), 1);
            Destination destination = connection.destination();
            if (destination != null) {
                openByDestination.add(destination.slot(), 1);
            }
        }
        if (connection.unreachable()) {
            leaked++;
            leakedByOpener.add(connection.opener.slot(), 1);
        }
    }

    /** Whether a code path has a socket or a descriptor. */
    boolean inUse(CodePath path) {
        int slot = path.slot();
        return openByOpener.of(slot) > 0 || byOpener.any(slot) || byCloser.any(slot);
    }

    /** Whether a destination has a socket or a descriptor. */
    boolean inUse(Destination to) {
        return openByDestination.of(to.slot()) > 0 || byDestination.any(to.slot());
    }

    /** Every socket of the network namespace. */
    StateCounts all() {
        return states(totals, TOTAL);
    }

    StateCounts ours() {
        return states(totals, OURS);
    }

    StateCounts others() {
        return states(totals, OTHERS);
    }

    int listeners() {
        return listeners;
    }

    /** Those that the agent saw being opened. */
    int live() {
        return live;
    }

    int leaked() {
        return leaked;
    }

    /** Which TCP descriptors of this process the agent knows. */
    Coverage coverage() {
        return new Coverage(descriptors + strangers, descriptors - stateless, stateless);
    }

    private StateCounts states(StateTable table, int id) {
        return known ? table.of(id) : StateCounts.UNKNOWN;
    }

    List<CodePathStats> codePaths(List<CodePath> paths) {
        List<CodePathStats> stats = new ArrayList<>();
        List<Long> standsFor = new ArrayList<>();
        for (CodePath path : paths) {
            CodePathStats one = new CodePathStats(
                    path.id(),
                    path.name(),
                    path.frames(),
                    path.opened.sum(),
                    path.accepted.sum(),
                    path.closed.sum(),
                    path.failed.sum(),
                    path.closedByCollector.sum(),
                    leakedByOpener.of(path.slot()),
                    openByOpener.of(path.slot()),
                    states(byOpener, path.slot()),
                    states(byCloser, path.slot()).of(TcpState.TIME_WAIT),
                    Duration.ofNanos(oldestCloseWait.of(path.slot())),
                    Outcomes.of(path.tallies),
                    false);
            if (anyOf(
                    one.opened(),
                    one.accepted(),
                    one.closed(),
                    one.failed(),
                    one.closedByCollector(),
                    one.live(),
                    one.states().total(),
                    one.timeWaitByCloser(),
                    one.outcomes().traffic().segmentsRetransmitted())) {
                stats.add(one);
                standsFor.add(path.standsFor());
            }
        }
        List<CodePathStats> split = new ArrayList<>(Estimates.of(stats, standsFor));
        split.sort(CODE_PATH_ORDER);
        return split;
    }

    List<DestinationStats> destinations(Collection<Destination> destinations, PortUsage ports) {
        List<DestinationStats> stats = new ArrayList<>();
        for (Destination to : destinations) {
            DestinationStats one = new DestinationStats(
                    to.name(),
                    to.endpoint(),
                    to.inbound(),
                    to.total.sum(),
                    openByDestination.of(to.slot()),
                    states(byDestination, to.slot()),
                    ports.of(to),
                    Outcomes.of(to.tallies),
                    usages(to));
            if (anyOf(one.total(), one.live(), one.states().total())) {
                stats.add(one);
            }
        }
        stats.sort(DESTINATION_ORDER);
        return stats;
    }

    private List<UsageStats> usages(Destination to) {
        return to.usages().stream().map(usage -> of(usage, to)).toList();
    }

    private UsageStats of(Usage usage, Destination to) {
        CodePath path = usage.codePath();
        long at = usages.get(pair(path.slot(), to.slot()));
        return new UsageStats(
                path.id(),
                path.name(),
                usage.connections.sum(),
                usage.notConnected.sum(),
                usage.noLocalPort.sum(),
                usage.ended.sum(),
                usage.lifetimeMicros.sum(),
                usage.segmentsSent.sum(),
                usage.segmentsRetransmitted.sum(),
                !known ? StateCounts.UNKNOWN : at == LongMap.ABSENT ? StateCounts.NONE : byUsage.of((int) at));
    }

    private static boolean anyOf(long... counts) {
        for (long count : counts) {
            if (count > 0) {
                return true;
            }
        }
        return false;
    }

    /** A long for each of a dense range of ids. */
    private static final class Counts {

        private long[] values = new long[64];

        void clear() {
            Arrays.fill(values, 0);
        }

        void add(int id, long count) {
            reach(id);
            values[id] += count;
        }

        void raise(int id, long atLeast) {
            reach(id);
            values[id] = Math.max(values[id], atLeast);
        }

        long of(int id) {
            return id < values.length ? values[id] : 0;
        }

        private void reach(int id) {
            if (id >= values.length) {
                values = Arrays.copyOf(values, Math.max(2 * values.length, id + 1));
            }
        }
    }
}
