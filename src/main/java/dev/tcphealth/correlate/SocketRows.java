package dev.tcphealth.correlate;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.address.TupleKey;
import dev.tcphealth.kernel.SocketRow;
import dev.tcphealth.kernel.TcpInfo;
import dev.tcphealth.kernel.TcpState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The kernel's sockets of one instant, as columns that are used again for every sample. */
final class SocketRows {

    /**
     * A listening socket of anyone.
     *
     * @param local the key of its address and port
     */
    record Listener(String name, long local, long inode, long queue, long backlog) {}

    private static final int NO_TRAFFIC = -1;
    private static final int TRAFFIC = 5;
    private static final int WAITING = 4;

    private int size;
    private TcpState[] states = new TcpState[256];
    private long[] keys = new long[256];
    private long[] inodes = new long[256];
    private long[] pairs = new long[256];
    private long[] live = new long[256];
    private long[] closed = new long[256];
    private int[] traffic = new int[256];

    /** For each socket with TCP_INFO: segments retransmitted, segments sent, bytes sent, bytes received, exchanges. */
    private long[] totals = new long[256 * TRAFFIC];

    private int withTraffic;
    private final List<Listener> listeners = new ArrayList<>();

    /** For each socket that nobody may have accepted yet: its number, and the keys of those who may listen for it. */
    private long[] waiting = new long[64];

    private int waitingCount;

    void clear() {
        size = 0;
        withTraffic = 0;
        waitingCount = 0;
        listeners.clear();
    }

    /** @param pair see {@link PortUsage#add} */
    void add(SocketRow row, long pair) {
        if (size == keys.length) {
            states = Arrays.copyOf(states, 2 * size);
            keys = Arrays.copyOf(keys, 2 * size);
            inodes = Arrays.copyOf(inodes, 2 * size);
            pairs = Arrays.copyOf(pairs, 2 * size);
            traffic = Arrays.copyOf(traffic, 2 * size);
        }
        states[size] = row.state;
        keys[size] = row.key();
        inodes[size] = row.inode;
        pairs[size] = pair;
        traffic[size] = row.tcpInfo.isKnown() ? addTotals(row.tcpInfo) : NO_TRAFFIC;
        if (row.state == TcpState.LISTEN) {
            listeners.add(new Listener(
                    row.local().toString(),
                    local(row.localHi, row.localLo, row.localPort),
                    row.inode,
                    row.receiveQueue,
                    row.backlog));
        } else if (mayWait(row)) {
            addWaiting(row);
        }
        size++;
    }

    /** In an accept queue, or on the way there: closed sockets have other states. */
    private static boolean mayWait(SocketRow row) {
        return row.inode == 0
                && switch (row.state) {
                    case SYN_RECV, NEW_SYN_RECV, ESTABLISHED, CLOSE_WAIT -> true;
                    default -> false;
                };
    }

    private void addWaiting(SocketRow row) {
        int at = waitingCount * WAITING;
        if (at == waiting.length) {
            waiting = Arrays.copyOf(waiting, 2 * at);
        }
        waiting[at] = size;
        waiting[at + 1] = local(row.localHi, row.localLo, row.localPort);
        waiting[at + 2] = local(0, Endpoint.IPV4_PREFIX, row.localPort);
        waiting[at + 3] = local(0, 0, row.localPort);
        waitingCount++;
    }

    private static long local(long hi, long lo, int port) {
        return TupleKey.of(hi, lo, port, 0, 0, 0);
    }

    /** How many sockets nobody may have accepted yet. */
    int waitingCount() {
        return waitingCount;
    }

    /** The number of one of them. */
    int waiting(int i) {
        return (int) waiting[i * WAITING];
    }

    /** Who listens for it: at its own address, else at 0.0.0.0, else at [::]; ABSENT if nobody. */
    long listenerOf(int i, LongMap byLocal) {
        long at = LongMap.ABSENT;
        for (int key = 1; key < WAITING && at == LongMap.ABSENT; key++) {
            at = byLocal.get(waiting[i * WAITING + key]);
        }
        return at;
    }

    int size() {
        return size;
    }

    TcpState state(int i) {
        return states[i];
    }

    /** Looks all sockets up at once, one map after the other: see {@link LongMap#getAll}. */
    void find(LongMap liveByInode, LongMap liveByKey, LongMap closedByKey) {
        if (live.length < size) {
            live = new long[keys.length];
            closed = new long[keys.length];
        }
        liveByInode.getAll(inodes, size, live);
        liveByKey.getAllAbsent(keys, size, live);
        closedByKey.getAll(keys, size, closed);
    }

    /** What {@link #find} found among the live, or ABSENT. */
    long live(int i) {
        return live[i];
    }

    /** What {@link #find} found among the closed, or ABSENT. */
    long closed(int i) {
        return closed[i];
    }

    long key(int i) {
        return keys[i];
    }

    long inode(int i) {
        return inodes[i];
    }

    long pair(int i) {
        return pairs[i];
    }

    /** Whether the kernel's totals of this socket are known. */
    boolean hasTotals(int i) {
        return traffic[i] != NO_TRAFFIC;
    }

    long retransmitted(int i) {
        return totals[traffic[i]];
    }

    long segmentsSent(int i) {
        return totals[traffic[i] + 1];
    }

    long bytesSent(int i) {
        return totals[traffic[i] + 2];
    }

    long bytesReceived(int i) {
        return totals[traffic[i] + 3];
    }

    long exchangesAtMost(int i) {
        return totals[traffic[i] + 4];
    }

    List<Listener> listeners() {
        return listeners;
    }

    private int addTotals(TcpInfo info) {
        int at = withTraffic * TRAFFIC;
        if (at == totals.length) {
            totals = Arrays.copyOf(totals, 2 * at);
        }
        totals[at] = info.totalRetransmits();
        totals[at + 1] = info.segmentsSent();
        totals[at + 2] = info.bytesSent();
        totals[at + 3] = info.bytesReceived();
        totals[at + 4] = info.exchangesAtMost();
        withTraffic++;
        return at;
    }
}
