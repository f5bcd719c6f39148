package dev.tcphealth.health;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Totals of the last Snapshots by subject, so that a rule can look back as far as it takes to see enough and no further.
 * A total that falls, as after a reset, begins its subject's history anew. What a Snapshot does not mention is forgotten.
 */
final class History {

    /** Snapshots one can look back. */
    static final int DEPTH = 12;

    private final Map<String, Totals> bySubject = new HashMap<>();
    private final int width;
    private final boolean fromZero;
    private long lastNanos;
    private long thisNanos;
    private int snapshot;

    /**
     * @param width how many totals each subject has
     * @param fromZero whether the totals of a subject that is new were 0 in the Snapshot before, which did not mention it
     */
    History(int width, boolean fromZero) {
        this.width = width;
        this.fromZero = fromZero;
    }

    private static final class Totals {
        private final long[][] ring = new long[DEPTH + 1][];
        private final long[] nanos = new long[DEPTH + 1];
        private int count;
        private int snapshot;

        private void add(long at, long[] totals, int ofSnapshot) {
            long[] last = count == 0 ? totals : ring[(count - 1) % ring.length];
            for (int i = 0; i < totals.length; i++) {
                if (totals[i] < last[i]) {
                    count = 0;
                }
            }
            ring[count % ring.length] = Arrays.equals(totals, last) ? last : totals;
            nanos[count % ring.length] = at;
            count++;
            snapshot = ofSnapshot;
        }

        private long[] since(int back) {
            long[] now = ring[(count - 1) % ring.length];
            long[] then = ring[(count - 1 - back) % ring.length];
            long[] difference = new long[now.length];
            Arrays.setAll(difference, i -> now[i] - then[i]);
            return difference;
        }

        private double secondsSince(int back) {
            return (nanos[(count - 1) % ring.length] - nanos[(count - 1 - back) % ring.length]) / 1e9;
        }
    }

    /**
     * What has come together since a Snapshot.
     *
     * @param counts one for each total, in their order
     * @param seconds since that Snapshot; 0 where there is none
     * @param samples how many Snapshots ago that was; 0 where there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and gone after a rule has looked at it
    record Since(long[] counts, double seconds, int samples) {

        long of(int total) {
            return counts[total];
        }

        double perSecond(int total) {
            return seconds <= 0 ? 0 : counts[total] / seconds;
        }
    }

    /**
     * Begins a Snapshot.
     *
     * @param nanos when it was taken, by any clock that goes forward
     */
    void next(long nanos) {
        snapshot++;
        lastNanos = thisNanos;
        thisNanos = nanos;
    }

    void add(String subject, long... totals) {
        bySubject.computeIfAbsent(subject, name -> known()).add(thisNanos, totals, snapshot);
    }

    private Totals known() {
        Totals totals = new Totals();
        if (fromZero && snapshot > 1) {
            totals.add(lastNanos, new long[width], snapshot - 1);
        }
        return totals;
    }

    /** Ends a Snapshot: forgets what it did not mention. */
    void trim() {
        for (Iterator<Totals> all = bySubject.values().iterator(); all.hasNext(); ) {
            if (all.next().snapshot != snapshot) {
                all.remove();
            }
        }
    }

    /**
     * What has come since the latest Snapshot before now that leaves at least so many of one total; all there is to look
     * back on if there are not so many.
     *
     * @param total which total must reach {@code atLeast}
     */
    Since since(String subject, int total, long atLeast) {
        Totals totals = bySubject.get(subject);
        if (totals == null || totals.count < 2) {
            return new Since(new long[width], 0, 0);
        }
        int back = 0;
        long[] difference;
        do {
            difference = totals.since(++back);
        } while (difference[total] < atLeast && back + 1 < Math.min(totals.count, DEPTH + 1));
        return new Since(difference, totals.secondsSince(back), back);
    }

    /** What has come since the Snapshot before. */
    Since last(String subject) {
        return since(subject, 0, 0);
    }

    /** What has come in the last so many Snapshots, or fewer if there were not so many. */
    Since back(String subject, int samples) {
        Totals totals = bySubject.get(subject);
        int back = totals == null ? 0 : Math.min(samples, Math.min(totals.count, DEPTH + 1) - 1);
        return totals == null || back < 1
                ? new Since(new long[width], 0, 0)
                : new Since(totals.since(back), totals.secondsSince(back), back);
    }

    /** What has come since a total fell last, or as far as one can look back. */
    Since all(String subject) {
        return since(subject, 0, Long.MAX_VALUE);
    }
}
