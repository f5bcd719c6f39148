package dev.tcphealth.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Who opened and closed the connections of the last minutes, by the key of their 4-tuple: what a TIME_WAIT socket, which
 * has no owner in the kernel, is joined with. A ring of primitives, 22 bytes each, that grows to its bound as it is
 * needed and then forgets the oldest. Lock-free for any number of writers; one reader at a time.
 */
public final class RecentlyClosed {

    /** Is shown every entry, oldest first. */
    public interface Visitor {
        /**
         * One closed connection.
         *
         * @param sequence stands for the entry in {@link #retransmitted}
         * @param owners who opened and closed it and where it led: see {@link #opener} and its siblings
         * @param ageSeconds how long ago the connection was closed
         */
        void closed(long sequence, long key, long owners, int ageSeconds);
    }

    /** What {@link #owners} gives for an entry that another has taken the place of. */
    public static final long FORGOTTEN = -1;

    /** Bits of a reference to a code path or a destination: see {@link Slots}. */
    static final int ID_BITS = 20;

    private static final long ID_MASK = (1 << ID_BITS) - 1;

    private static final int CHUNK = 1024;
    private static final int CHUNK_BYTES = CHUNK * (2 * Long.BYTES + Integer.BYTES + Character.BYTES);
    private static final int WRITING = -1;

    /** TCP_TIMEWAIT_LEN of Linux. */
    private static final int TIME_WAIT_SECONDS = 60;

    /** Stands for as many or more: nothing retransmits that often after it was closed, which takes tcp_orphan_retries. */
    private static final int MOST_RETRANSMITTED = Character.MAX_VALUE;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

    static final class Chunk {
        /** 0 while the place is empty or being written. */
        final long[] keys = new long[CHUNK];

        final long[] owners = new long[CHUNK];

        /** When it was closed, in seconds since the start; {@link #WRITING} while a thread has claimed the place. */
        final int[] seconds = new int[CHUNK];

        /** The kernel's total of retransmitted segments, as far as it is counted; see {@link #MOST_RETRANSMITTED}. */
        final char[] retransmitted = new char[CHUNK];

        /**
         * Begins to write a place. False if another thread has begun and not ended, which was overtaken by a whole ring of
         * others: the place stays its own, so that no entry is mixed of two.
         */
        boolean claim(int i) {
            int before = (int) INTS.getOpaque(seconds, i);
            if (before == WRITING || !INTS.compareAndSet(seconds, i, before, WRITING)) {
                return false;
            }
            LONGS.setOpaque(keys, i, 0L);
            VarHandle.storeStoreFence(); // on ARM a volatile write would not keep the next one behind it
            return true;
        }

        /** Whether the entry could still be joined with a socket in TIME_WAIT. */
        boolean isFresh(int i, int now) {
            return (long) LONGS.getOpaque(keys, i) != 0 && now - (int) INTS.getOpaque(seconds, i) < TIME_WAIT_SECONDS;
        }

        void fill(int i, long key, long ofKey, long ofKeyRetransmitted, int now) {
            LONGS.setOpaque(owners, i, ofKey);
            retransmitted[i] = (char) Math.min(ofKeyRetransmitted, MOST_RETRANSMITTED);
            LONGS.setRelease(keys, i, key);
            INTS.setRelease(seconds, i, now);
        }

        /** Whose the entry of this key is, or {@link #FORGOTTEN} where it is another's or none. */
        long ownersOf(int i, long key) {
            boolean before = key == (long) LONGS.getAcquire(keys, i);
            long ofKey = (long) LONGS.getOpaque(owners, i);
            VarHandle.loadLoadFence();
            return before && key == (long) LONGS.getOpaque(keys, i) ? ofKey : FORGOTTEN;
        }

        void read(int i, long sequence, int now, Visitor visitor) {
            long key = (long) LONGS.getAcquire(keys, i);
            int closed = (int) INTS.getOpaque(seconds, i);
            long ofKey = ownersOf(i, key);
            if (key != 0 && closed != WRITING && ofKey != FORGOTTEN) {
                visitor.closed(sequence, key, ofKey, Math.max(0, now - closed));
            }
        }
    }

    private final int capacity;
    private final AtomicReferenceArray<@Nullable Chunk> chunks;
    private final AtomicLong next = new AtomicLong();
    private final long startNanos = System.nanoTime();

    /** Entries that others took the place of while the kernel could still show their sockets in TIME_WAIT. */
    public final LongAdder forgotten = new LongAdder();

    /** @param capacity how many to remember; rounded up to a multiple of 1024 */
    RecentlyClosed(int capacity) {
        int count = Math.max(1, (capacity + CHUNK - 1) / CHUNK);
        this.capacity = count * CHUNK;
        this.chunks = new AtomicReferenceArray<>(count);
    }

    void add(long key, int opener, int closer, int destination, long retransmitted) {
        int place = (int) (next.getAndIncrement() % capacity);
        Chunk chunk = chunks.get(place / CHUNK);
        if (chunk == null) {
            chunks.compareAndSet(place / CHUNK, null, new Chunk());
            chunk = chunks.get(place / CHUNK);
        }
        int i = place % CHUNK;
        int now = nowSeconds();
        if (chunk != null && chunk.isFresh(i, now)) {
            forgotten.increment();
        }
        if (chunk != null && chunk.claim(i)) {
            long owners = ((long) opener << (2 * ID_BITS)) | ((long) closer << ID_BITS) | destination;
            chunk.fill(i, key, owners, retransmitted, now);
        }
    }

    /** The reference of the code path that opened the connection. */
    public static int opener(long owners) {
        return (int) ((owners >>> (2 * ID_BITS)) & ID_MASK);
    }

    /** The reference of the code path that closed the connection. */
    public static int closer(long owners) {
        return (int) ((owners >>> ID_BITS) & ID_MASK);
    }

    /** The reference of the connection's destination. */
    public static int destination(long owners) {
        return (int) (owners & ID_MASK);
    }

    /** Who opened and closed the connection of an entry: what the visitor was given, or {@link #FORGOTTEN}. */
    public long owners(long sequence, long key) {
        int place = (int) (sequence % capacity);
        Chunk chunk = chunks.get(place / CHUNK);
        return chunk == null ? FORGOTTEN : chunk.ownersOf(place % CHUNK, key);
    }

    /** Shows all entries; one that is overwritten meanwhile is left out. */
    public void forEach(Visitor visitor) {
        forEach(0, visitor);
    }

    /**
     * Shows the entries that were begun after others had been; one that is being written, or is overwritten meanwhile, is
     * left out.
     *
     * @param from 0, or what this gave before
     * @return where the entries begin that come next
     */
    public long forEach(long from, Visitor visitor) {
        long end = next.get();
        int now = nowSeconds();
        for (long sequence = Math.max(from, end - capacity); sequence < end; sequence++) {
            int place = (int) (sequence % capacity);
            Chunk chunk = chunks.get(place / CHUNK);
            if (chunk != null) {
                chunk.read(place % CHUNK, sequence, now, visitor);
            }
        }
        return end;
    }

    /**
     * Raises the total of retransmitted segments of a connection that is closed and still sends. Only the one reader
     * calls this.
     *
     * @return by how much it has risen; 0 if the entry is forgotten by now
     */
    public long retransmitted(long sequence, long key, long total) {
        int place = (int) (sequence % capacity);
        Chunk chunk = chunks.get(place / CHUNK);
        int i = place % CHUNK;
        if (chunk == null || key != (long) LONGS.getAcquire(chunk.keys, i)) {
            return 0;
        }
        long more = Math.min(total, MOST_RETRANSMITTED) - chunk.retransmitted[i];
        if (more <= 0) {
            return 0;
        }
        chunk.retransmitted[i] = (char) Math.min(total, MOST_RETRANSMITTED);
        return key == (long) LONGS.getOpaque(chunk.keys, i) ? more : 0;
    }

    /** About how much memory it takes. */
    long bytes() {
        long bytes = 0;
        for (int i = 0; i < chunks.length(); i++) {
            bytes += chunks.get(i) == null ? 0 : CHUNK_BYTES;
        }
        return bytes;
    }

    private int nowSeconds() {
        return (int) ((System.nanoTime() - startNanos) / 1_000_000_000L);
    }
}
