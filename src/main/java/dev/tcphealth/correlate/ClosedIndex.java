package dev.tcphealth.correlate;

import dev.tcphealth.connection.Connection;
import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.connection.RecentlyClosed;
import java.util.Arrays;

/** Who opened and closed what was closed lately, and its place in {@link RecentlyClosed}; each by the key of the 4-tuple. */
final class ClosedIndex {

    /** FIN_WAIT1 and LAST_ACK may outlive the close by minutes; later the kernel may have given the ports to others. */
    private static final int CLOSED_FOR_SECONDS = 300;

    /** How long, and how many at the least, closed connections are only added to those that were known. */
    private static final long ANEW_NANOS = 30_000_000_000L;

    private static final int ANEW = 50_000;

    private final ConnectionTracker tracker;
    private final LongMap owners = new LongMap();
    private final LongMap sequences = new LongMap();
    private long beforeLast;
    private long before;
    private long since;
    private int then;

    /** Connections that were closed while they were joined as open ones: the key, and what is counted as retransmitted. */
    private long[] crossed = new long[16];

    private int crossedCount;

    ClosedIndex(ConnectionTracker tracker) {
        this.tracker = tracker;
    }

    void update(long now) {
        boolean anew = now - since > ANEW_NANOS || owners.size() > 2 * then + ANEW;
        if (anew) {
            owners.clear();
            sequences.clear();
            since = now;
        }
        long end = tracker.recentlyClosed().forEach(anew ? 0 : beforeLast, (sequence, key, ofKey, ageSeconds) -> {
            if (ageSeconds <= CLOSED_FOR_SECONDS) {
                owners.put(key, ofKey);
                sequences.put(key, sequence);
            }
        });
        beforeLast = before;
        before = end;
        then = anew ? owners.size() : then;
        settleCrossed();
    }

    /** Owners by key. */
    LongMap owners() {
        return owners;
    }

    /** Counts what a closed connection has retransmitted since the last time, by the kernel's total. */
    void count(long key, long total) {
        long sequence = sequences.get(key);
        if (sequence == LongMap.ABSENT) {
            return;
        }
        long ofKey = tracker.recentlyClosed().owners(sequence, key);
        if (ofKey != RecentlyClosed.FORGOTTEN) {
            tracker.retransmittedAfterClose(ofKey, tracker.recentlyClosed().retransmitted(sequence, key, total));
        }
    }

    /**
     * Notes a connection that was joined as an open one and is closed now: what that has counted is not to be counted once
     * more when its socket is met among the closed ones.
     */
    void crossed(Connection connection) {
        if (connection.retransmitted() <= 0) {
            return;
        }
        if (2 * crossedCount == crossed.length) {
            crossed = Arrays.copyOf(crossed, 2 * crossed.length);
        }
        crossed[2 * crossedCount] = connection.key();
        crossed[2 * crossedCount + 1] = connection.retransmitted();
        crossedCount++;
    }

    private void settleCrossed() {
        for (int i = 0; i < crossedCount; i++) {
            long sequence = sequences.get(crossed[2 * i]);
            if (sequence != LongMap.ABSENT) {
                tracker.recentlyClosed().retransmitted(sequence, crossed[2 * i], crossed[2 * i + 1]);
            }
        }
        crossedCount = 0;
    }

    /** Notes for those that were closed in time to be in this index already; the others are settled by the next update. */
    void settle() {
        int kept = 0;
        for (int i = 0; i < crossedCount; i++) {
            long key = crossed[2 * i];
            long sequence = sequences.get(key);
            if (sequence != LongMap.ABSENT) {
                tracker.recentlyClosed().retransmitted(sequence, key, crossed[2 * i + 1]);
            } else {
                crossed[2 * kept] = key;
                crossed[2 * kept + 1] = crossed[2 * i + 1];
                kept++;
            }
        }
        crossedCount = kept;
    }
}
