package dev.tcphealth.correlate;

import java.util.Arrays;

/**
 * From a long that is not 0 to a long that is not negative, in two arrays that are used again for every sample: at
 * 50,000 sockets a HashMap would make 4 MB of garbage each time.
 */
final class LongMap {

    static final long ABSENT = -1;

    private long[] keys = new long[64];
    private long[] values = new long[64];
    private int size;

    void clear() {
        Arrays.fill(keys, 0);
        size = 0;
    }

    int size() {
        return size;
    }

    void put(long key, long value) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        int i = place(key);
        if (keys[i] == 0) {
            keys[i] = key;
            size++;
        }
        values[i] = value;
    }

    long get(long key) {
        int i = place(key);
        return keys[i] == 0 ? ABSENT : values[i];
    }

    private int place(long key) {
        int mask = keys.length - 1;
        int i = (int) ((key * 0x9e3779b97f4a7c15L) >>> 32) & mask;
        while (keys[i] != 0 && keys[i] != key) {
            i = (i + 1) & mask;
        }
        return i;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new long[2 * oldKeys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int to = place(oldKeys[i]);
                keys[to] = oldKeys[i];
                values[to] = oldValues[i];
            }
        }
    }
}
