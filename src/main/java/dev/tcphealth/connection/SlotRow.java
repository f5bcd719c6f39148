package dev.tcphealth.connection;

/**
 * A row of a bounded table: a code path or a destination. It has a slot, by which samples count, until it is retired to
 * make room for another; from then on it stands for the row of all others, to which its counts are moved.
 */
public abstract class SlotRow {

    private final long madeAt = System.nanoTime();
    private volatile int ref;
    private volatile int slot;
    private volatile boolean retired;

    // Only the sampler reads and writes these.
    private long activity;
    private int activeAt;

    /** @param ref see {@link Slots} */
    SlotRow(int ref, int slot) {
        this.ref = ref;
        this.slot = slot;
    }

    /** Dense, from 0, and unique among the rows that are not retired; 0 is the row for all others, as are retired ones. */
    public int slot() {
        return slot;
    }

    /** What stands for it in {@link RecentlyClosed}: tells it from the rows that had or get the same slot. */
    int ref() {
        return ref;
    }

    /** Whether it has made room for another. */
    public boolean retired() {
        return retired;
    }

    void retire() {
        retired = true;
        ref = 0;
        slot = 0;
    }

    long ageNanos(long now) {
        return now - madeAt;
    }

    /** A total that rises with each use. */
    abstract long uses();

    /** Moves all that is counted here. */
    abstract void moveCounts();

    /** Notes when it was used last. */
    void noteUse(int sample) {
        long uses = uses();
        if (uses != activity || activeAt == 0) {
            activity = uses;
            activeAt = sample;
        }
    }

    /** Keeps its counts from being dropped: a connection still refers to it. */
    void seen(int sample) {
        activeAt = sample;
    }

    int usedAt() {
        return activeAt;
    }

    long usesNoted() {
        return activity;
    }
}
