package dev.tcphealth.hotspot;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a virtual thread that lie on the heap: when it goes on after it has waited, HotSpot brings two of them
 * back, and the others when they are returned to. They lie in a StackChunk as they lay on the stack, behind its fields,
 * but for the links of interpreted frames, which count in words from where they stand (StackChunkFrameStream in
 * hotspot/share/oops/stackChunkOop.inline.hpp and hotspot/cpu/x86/stackChunkFrameStream_x86.inline.hpp, of JDK 25).
 */
final class FrozenFrames {

    static final Set<String> TYPES = Set.of("Klass");

    private static final int WORD = Long.BYTES;
    private static final int MOST = 1024;

    /** A new chunk is made for new frames where the old one has become the old generation's. */
    private static final int MOST_CHUNKS = 4;

    private final JvmMemory memory;
    private final CodeCache codeCache;
    private final Klasses klasses;
    private final long layout;

    /** @throws UnsupportedOperationException if this JVM does not tell enough */
    FrozenFrames(JvmMemory memory, VmStructs structs, CodeCache codeCache, Klasses klasses) {
        this.memory = memory;
        this.codeCache = codeCache;
        this.klasses = klasses;
        this.layout = structs.of("Klass", "_layout_helper");
    }

    /**
     * Follows the frames of the current virtual thread that are on the heap.
     *
     * @param trace is told which compiled code and which methods they are of
     * @return for each chunk with frames in it: how much room they take, in bytes, where among the fields it stands where
     *     the first continues, that return address, and then in turn where something was read, counted from the first
     *     frame, and what. Null if there are none, too many, or some of an unknown kind.
     */
    long @Nullable [][] follow(Trace.Builder trace) {
        long[][] chunks = new long[MOST_CHUNKS][];
        int count = 0;
        for (Object chunk = newest(); chunk != null; chunk = older(chunk)) {
            long[] followed = count < MOST_CHUNKS ? follow(chunk, trace) : null;
            if (followed == null) {
                return null;
            }
            chunks[count++] = followed;
        }
        return count == 0 ? null : Arrays.copyOf(chunks, count);
    }

    /** Whether the frames of the current virtual thread that are on the heap are those which were followed. */
    boolean are(long[][] followed) {
        int count = 0;
        for (Object chunk = newest(); chunk != null; chunk = older(chunk)) {
            if (count == followed.length || !are(chunk, followed[count++])) {
                return false;
            }
        }
        return count == followed.length;
    }

    private @Nullable Object newest() {
        return withFrames(memory.frozen());
    }

    private @Nullable Object older(Object chunk) {
        return withFrames(memory.frozenBefore(chunk));
    }

    private @Nullable Object withFrames(@Nullable Object newest) {
        Object chunk = newest;
        while (chunk != null && memory.frozenFrom(chunk) == memory.frozenEnd(chunk)) {
            chunk = memory.frozenBefore(chunk);
        }
        return chunk;
    }

    private long @Nullable [] follow(Object chunk, Trace.Builder trace) {
        long fields = fields(chunk);
        long first = fields + (long) memory.frozenFrom(chunk) * WORD;
        long end = fields + (long) memory.frozenEnd(chunk) * WORD;
        long pcAt = returnAddressField(chunk, fields);
        if (pcAt < 0) {
            return null;
        }
        Reads reads = new Reads(chunk, first);
        reads.add(end - first);
        reads.add(pcAt);
        long pc = memory.wordIn(chunk, pcAt);
        reads.add(pc);
        long sp = first;
        long link = first - 2 * WORD;
        while (reads.count < MOST) {
            boolean interpreted = codeCache.isInterpreter(pc);
            CompiledCode code = interpreted ? null : codeCache.code(pc);
            if (code != null) {
                trace.compiled(code);
                sp += code.frameBytes();
                if (sp >= end - 2 * WORD) {
                    return reads.all();
                }
                link = sp - 2 * WORD;
            } else if (interpreted) {
                long fp = link + reads.word(link, end) * WORD;
                trace.interpreted(reads.word(fp + Frames.METHOD * WORD, end));
                reads.word(fp + Frames.BYTE_CODE_POINTER * WORD, end);
                long locals = fp + (reads.word(fp + Frames.LOCALS * WORD, end) + 1) * WORD;
                if (reads.outside) {
                    return null;
                }
                if (locals >= end) {
                    return reads.all();
                }
                sp = fp + reads.word(fp + Frames.SENDER_SP * WORD, end) * WORD;
                link = fp;
            } else {
                return null;
            }
            pc = reads.word(link + WORD, end);
            if (reads.outside) {
                return null;
            }
        }
        return null;
    }

    private boolean are(Object chunk, long[] followed) {
        int from = memory.frozenFrom(chunk);
        if ((long) (memory.frozenEnd(chunk) - from) * WORD != followed[0]
                || memory.wordIn(chunk, followed[1]) != followed[2]) {
            return false;
        }
        long first = fields(chunk) + (long) from * WORD;
        for (int i = 3; i < followed.length; i += 2) {
            if (memory.wordIn(chunk, first + followed[i]) != followed[i + 1]) {
                return false;
            }
        }
        return true;
    }

    /** The one field that holds a return address: it is the JVM's own, and has no name in Java. */
    private long returnAddressField(Object chunk, long fields) {
        long found = -1;
        for (long at = WORD; at < fields; at += WORD) {
            long word = memory.wordIn(chunk, at);
            if (codeCache.isInterpreter(word) || codeCache.code(word) != null) {
                if (found >= 0) {
                    return -1;
                }
                found = at;
            }
        }
        return found;
    }

    /** How many bytes the fields take that come before the frames, the JVM's own among them. */
    private long fields(Object chunk) {
        return memory.int32(klasses.address(chunk.getClass()) + layout) & -WORD;
    }

    private final class Reads {

        private final Object chunk;
        private final long first;
        private long[] numbers = new long[128];
        private int count;

        /** Something was to be read that is not among the frames. */
        private boolean outside;

        Reads(Object chunk, long first) {
            this.chunk = chunk;
            this.first = first;
        }

        void add(long number) {
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = number;
        }

        long word(long at, long end) {
            // The link of the first frame stands right before it.
            if (outside || at < first - 2 * WORD || at > end - WORD || at % WORD != 0) {
                outside = true;
                return 0;
            }
            long word = memory.wordIn(chunk, at);
            add(at - first);
            add(word);
            return word;
        }

        long[] all() {
            return Arrays.copyOf(numbers, count);
        }
    }
}
