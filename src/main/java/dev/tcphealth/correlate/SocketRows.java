package dev.tcphealth.correlate;

import dev.tcphealth.kernel.SocketRow;
import dev.tcphealth.kernel.TcpInfo;
import dev.tcphealth.kernel.TcpState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The kernel's sockets of one instant, as columns that are used again for every sample. */
final class SocketRows {

    /** A listening socket of anyone. */
    record Listener(String name, long inode, long queue, long backlog) {}

    private static final int NO_TRAFFIC = -1;
    private static final int TRAFFIC = 4;

    private int size;
    private TcpState[] states = new TcpState[256];
    private long[] keys = new long[256];
    private long[] inodes = new long[256];
    private long[] pairs = new long[256];
    private int[] traffic = new int[256];

    /** For each socket with TCP_INFO: segments retransmitted, segments sent, bytes sent, bytes received. */
    private long[] totals = new long[256 * TRAFFIC];

    private int withTraffic;
    private final List<Listener> listeners = new ArrayList<>();

    void clear() {
        size = 0;
        withTraffic = 0;
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
            listeners.add(new Listener(row.local().toString(), row.inode, row.receiveQueue, row.backlog));
        }
        size++;
    }

    int size() {
        return size;
    }

    TcpState state(int i) {
        return states[i];
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
        withTraffic++;
        return at;
    }
}
