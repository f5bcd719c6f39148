package dev.tcphealth.connection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The places of a bounded number of rows. A place is given out again when its row was retired, each time with another
 * generation: the two together are the row's reference, of {@value RecentlyClosed#ID_BITS} bits, and what a closed
 * connection refers to is never mistaken for a later row. Lock-free; one thread, the sampler, retires rows.
 */
final class Slots<R extends SlotRow> {

    /** What {@link #claim} gives where no place is free. */
    static final int NONE = -1;

    /** So long a closed connection may be joined with the kernel's sockets, and more: a reference is not used again before. */
    private static final long REMEMBERED_NANOS = 400_000_000_000L;

    /** Rows retired in one sample: each takes some microseconds. */
    private static final int MOST_AT_ONCE = 2000;

    /** So many samples after it was last seen in use nothing refers to a retired row, and no thread is about to. */
    private static final int KEPT_SAMPLES = 3;

    /** What has more uses, and has been used since the last sample, stays: a socket that was opened and closed has two. */
    private static final int ONCE = 2;

    private static final int DOORKEEPER = 1 << 12;

    private final int capacity;
    private final int slotBits;
    private final int mostGenerations;
    private final AtomicReferenceArray<@Nullable R> rows;
    private final AtomicIntegerArray generations;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger used = new AtomicInteger();
    private final ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();

    /** Hashes of what was turned away. */
    private final AtomicIntegerArray turnedAway = new AtomicIntegerArray(DOORKEEPER);

    private final List<R> leaving = new ArrayList<>();
    private final AtomicLong retired = new AtomicLong();

    /**
     * All places free.
     *
     * @param capacity how many rows there may be
     * @param extra places beyond that, for {@link #extra}
     */
    Slots(int capacity, int extra) {
        this.capacity = capacity;
        this.rows = new AtomicReferenceArray<>(capacity + extra);
        this.generations = new AtomicIntegerArray(capacity + extra);
        this.slotBits = Integer.SIZE - Integer.numberOfLeadingZeros(capacity + extra);
        this.mostGenerations = 1 << (RecentlyClosed.ID_BITS - slotBits);
    }

    /**
     * Whether a row may be made. While few places are left only for what comes a second time: a port scan, or classes
     * that are generated and used once, leave room for what comes again and again.
     */
    boolean admits(int hash) {
        int left = capacity - used.get();
        if (left > reserve(capacity)) {
            return true;
        }
        int place = (hash ^ (hash >>> 16)) & (DOORKEEPER - 1);
        return left > 0 && turnedAway.getAndSet(place, hash) == hash;
    }

    /** An eighth, which is what comes and goes; nothing of a small table, where each place counts. */
    private static int reserve(int capacity) {
        return capacity < 64 ? 0 : capacity / 8;
    }

    /** Takes a place: its reference, or {@link #NONE}. */
    int claim() {
        Integer again = free.poll();
        if (again == null) {
            int slot = next.get() < capacity ? next.getAndIncrement() : capacity;
            if (slot >= capacity) {
                return NONE;
            }
            used.incrementAndGet();
            return slot;
        }
        used.incrementAndGet();
        return generations.get(again) << slotBits | again;
    }

    /** The reference of a place beyond the capacity, which is never given out twice. */
    int extra(int number) {
        return capacity + number;
    }

    int slotOf(int ref) {
        return ref & ((1 << slotBits) - 1);
    }

    void put(R row) {
        rows.set(row.slot(), row);
    }

    /** The row of a reference, or null where it was retired. */
    @Nullable
    R get(int ref) {
        int slot = slotOf(ref);
        R row = slot < rows.length() ? rows.get(slot) : null;
        return row != null && row.ref() == ref ? row : null;
    }

    /** All that are not retired, by slot. */
    List<R> all() {
        List<R> all = new ArrayList<>();
        for (int slot = 0; slot < rows.length(); slot++) {
            R row = rows.get(slot);
            if (row != null) {
                all.add(row);
            }
        }
        return all;
    }

    int size() {
        return used.get();
    }

    boolean hasRoom() {
        return used.get() < capacity;
    }

    /** How many rows were retired until now. */
    long retired() {
        return retired.get();
    }

    /** Whether the counts of retired rows may still rise. */
    boolean anyLeaving() {
        return !leaving.isEmpty();
    }

    /**
     * Retires rows until a quarter of the places is free: those that were not used for longest, and of these the ones
     * that were used least. Moves what was counted meanwhile by those retired before.
     *
     * @param sample a number that rises with each call
     * @param keep tells rows that must stay: with an open connection, a socket in any state, or a finding
     * @param moveMore moves what a retired row has counted elsewhere
     * @return those that are retired now
     */
    List<R> makeRoom(int sample, Predicate<R> keep, Consumer<R> moveMore) {
        for (Iterator<R> rest = leaving.iterator(); rest.hasNext(); ) {
            R row = rest.next();
            row.moveCounts();
            moveMore.accept(row);
            if (sample - row.usedAt() > KEPT_SAMPLES) {
                rest.remove();
            }
        }
        List<R> all = all();
        all.forEach(row -> row.noteUse(sample));
        int wanted = Math.min(used.get() - capacity + Math.max(1, capacity / 4), MOST_AT_ONCE);
        if (wanted <= 0) {
            return List.of();
        }
        long now = System.nanoTime();
        long rest = mostGenerations < 2 ? Long.MAX_VALUE : REMEMBERED_NANOS / (mostGenerations - 1);
        // In this order: what may not go yet must not make what is used more go instead.
        List<R> leave = all.stream()
                .filter(row -> !keep.test(row) && !(row.usedAt() == sample && row.usesNoted() > ONCE))
                .sorted(Comparator.<R>comparingInt(SlotRow::usedAt).thenComparingLong(SlotRow::usesNoted))
                .limit(wanted)
                .filter(row -> row.ageNanos(now) > rest)
                .toList();
        leave.forEach(row -> {
            retire(row, sample);
            moveMore.accept(row);
        });
        return leave;
    }

    private void retire(R row, int sample) {
        int slot = row.slot();
        rows.set(slot, null);
        row.retire();
        row.moveCounts();
        row.seen(sample);
        leaving.add(row);
        generations.set(slot, (generations.get(slot) + 1) % mostGenerations);
        retired.incrementAndGet();
        used.decrementAndGet();
        free.add(slot);
    }
}
