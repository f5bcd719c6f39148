package dev.tcphealth.hotspot;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whatever was read of a stack in order to follow its frames. Where it reads the same again, following them would lead to
 * the same frames: they need not be followed. Positions count from the stack pointer, so that it holds for any thread, and
 * so do values that are themselves addresses on the stack.
 *
 * <p>It is itself the place for a note on that stack.
 */
final class Trace<L> extends AtomicReference<@Nullable L> {

    private static final long serialVersionUID = 1;

    private static final int OWN_BYTES = 56;
    private static final int ARRAY_BYTES = 16;

    private final long returnAddress;
    private final int[] offsets;
    private final long[] values;
    private final int[] relativeOffsets;
    private final long[] relativeValues;
    private final int length;

    /** Of frames on the heap; empty if there are none. */
    private final long[][] frozen;

    private Trace(Builder from, long[][] frozen) {
        this.frozen = frozen;
        this.returnAddress = from.returnAddress;
        this.offsets = Arrays.copyOf(from.offsets, from.count);
        this.values = Arrays.copyOf(from.values, from.count);
        this.relativeOffsets = Arrays.copyOf(from.relativeOffsets, from.relativeCount);
        this.relativeValues = Arrays.copyOf(from.relativeValues, from.relativeCount);
        this.length = from.length;
    }

    /**
     * Whether it was read from this stack, or one like it.
     *
     * @param returnAddress where the code continues whose frame lies at the stack pointer
     * @param end where the stack began: nothing may be read from there on
     */
    boolean matches(JvmMemory memory, FrozenFrames onHeap, long returnAddress, long sp, long end) {
        if (returnAddress != this.returnAddress || length > end - sp) {
            return false;
        }
        for (int i = 0; i < offsets.length; i++) {
            if (memory.word(sp + offsets[i]) != values[i]) {
                return false;
            }
        }
        for (int i = 0; i < relativeOffsets.length; i++) {
            if (memory.word(sp + relativeOffsets[i]) - sp != relativeValues[i]) {
                return false;
            }
        }
        return frozen.length == 0 || onHeap.are(frozen);
    }

    /** About what it takes of the heap. */
    long bytes() {
        long onHeap = 0;
        for (long[] chunk : frozen) {
            onHeap += ARRAY_BYTES + (long) chunk.length * Long.BYTES;
        }
        return OWN_BYTES
                + (long) (offsets.length + relativeOffsets.length) * (Integer.BYTES + Long.BYTES)
                + 5 * ARRAY_BYTES
                + onHeap;
    }

    /** What is read, until all is. */
    static final class Builder {

        /** Deeper stacks have no trace. A compiled frame, which stands for several methods, takes one, others more. */
        private static final int MOST = 512;

        private final JvmMemory memory;
        private final long returnAddress;
        private final long sp;
        private int[] offsets = new int[64];
        private long[] values = new long[64];
        private int count;
        private int[] relativeOffsets = new int[8];
        private long[] relativeValues = new long[8];
        private int relativeCount;
        private int length;

        Builder(JvmMemory memory, long returnAddress, long sp) {
            this.memory = memory;
            this.returnAddress = returnAddress;
            this.sp = sp;
        }

        boolean isFull() {
            return count + relativeCount >= MOST;
        }

        /** Reads a word that stands for itself. */
        long value(long address) {
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * count);
                values = Arrays.copyOf(values, 2 * count);
            }
            long value = memory.word(address);
            offsets[count] = offset(address);
            values[count++] = value;
            return value;
        }

        /** Reads a word that is an address on the stack. */
        long address(long address) {
            if (relativeCount == relativeOffsets.length) {
                relativeOffsets = Arrays.copyOf(relativeOffsets, 2 * relativeCount);
                relativeValues = Arrays.copyOf(relativeValues, 2 * relativeCount);
            }
            long value = memory.word(address);
            relativeOffsets[relativeCount] = offset(address);
            relativeValues[relativeCount++] = value - sp;
            return value;
        }

        private int offset(long address) {
            int offset = Math.toIntExact(address - sp);
            length = Math.max(length, offset + Long.BYTES);
            return offset;
        }

        /** @param frozen what says which frames on the heap follow */
        <L> Trace<L> build(long[][] frozen) {
            return new Trace<>(this, frozen);
        }
    }
}
