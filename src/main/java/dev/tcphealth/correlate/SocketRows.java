package dev.tcphealth.correlate;

import dev.tcphealth.kernel.SocketRow;
import dev.tcphealth.kernel.TcpState;
import java.util.Arrays;

/** The kernel's sockets of one instant, as columns that are used again for every sample. */
final class SocketRows {

    private int size;
    private TcpState[] states = new TcpState[256];
    private long[] keys = new long[256];
    private long[] inodes = new long[256];

    void clear() {
        size = 0;
    }

    void add(SocketRow row) {
        if (size == keys.length) {
            states = Arrays.copyOf(states, 2 * size);
            keys = Arrays.copyOf(keys, 2 * size);
            inodes = Arrays.copyOf(inodes, 2 * size);
        }
        states[size] = row.state;
        keys[size] = row.key();
        inodes[size] = row.inode;
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
}
