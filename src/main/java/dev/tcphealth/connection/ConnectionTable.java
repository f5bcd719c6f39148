package dev.tcphealth.connection;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open sockets of this JVM by descriptor number. Lock-free: the kernel gives out small numbers, and gives none twice
 * before the entry was taken out.
 */
public final class ConnectionTable {

    private static final int CHUNK = 1024;

    /** Linux's own bound of descriptors a process may have (fs.nr_open, 1024 * 1024 by default). */
    private static final int CHUNKS = 1024;

    private static final int REFERENCE_BYTES = 4;

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Connection>> chunks =
            new AtomicReferenceArray<>(CHUNKS);

    /** Gives what was there before, or null; also null where the number is out of bounds and nothing was stored. */
    @Nullable
    Connection put(Connection connection) {
        AtomicReferenceArray<@Nullable Connection> chunk = chunkForWriting(connection.number);
        return chunk == null ? null : chunk.getAndSet(connection.number % CHUNK, connection);
    }

    public @Nullable Connection get(int number) {
        AtomicReferenceArray<@Nullable Connection> chunk = inBounds(number) ? chunks.get(number / CHUNK) : null;
        return chunk == null ? null : chunk.get(number % CHUNK);
    }

    /** Takes it out; false if it was not there any more. */
    boolean remove(Connection connection) {
        AtomicReferenceArray<@Nullable Connection> chunk =
                inBounds(connection.number) ? chunks.get(connection.number / CHUNK) : null;
        return chunk != null && chunk.compareAndSet(connection.number % CHUNK, connection, null);
    }

    /** Shows all that are not over. What is over and here all the same, as the thread that ended it failed, is taken out. */
    public void forEach(Consumer<Connection> visitor) {
        for (int c = 0; c < CHUNKS; c++) {
            AtomicReferenceArray<@Nullable Connection> chunk = chunks.get(c);
            if (chunk != null) {
                for (int i = 0; i < CHUNK; i++) {
                    Connection connection = chunk.get(i);
                    if (connection != null && connection.over()) {
                        chunk.compareAndSet(i, connection, null);
                    } else if (connection != null) {
                        visitor.accept(connection);
                    }
                }
            }
        }
    }

    /** About how much memory the table takes, connections included. */
    long bytes(long connections) {
        long places = 0;
        for (int c = 0; c < CHUNKS; c++) {
            places += chunks.get(c) == null ? 0 : CHUNK;
        }
        return (CHUNKS + places) * REFERENCE_BYTES + connections * Connection.BYTES;
    }

    static boolean inBounds(int number) {
        return number >= 0 && number < CHUNK * CHUNKS;
    }

    private @Nullable AtomicReferenceArray<@Nullable Connection> chunkForWriting(int number) {
        if (!inBounds(number)) {
            return null;
        }
        int index = number / CHUNK;
        AtomicReferenceArray<@Nullable Connection> chunk = chunks.get(index);
        if (chunk == null) {
            chunks.compareAndSet(index, null, new AtomicReferenceArray<>(CHUNK));
            chunk = chunks.get(index);
        }
        return chunk;
    }
}
