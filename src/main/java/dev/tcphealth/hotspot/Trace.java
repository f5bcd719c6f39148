package dev.tcphealth.hotspot;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whatever was read of a stack in order to follow its frames. Where it reads the same again, following them would lead to
 * the same frames: they need not be followed. Positions count from the stack pointer, so that it holds for any thread, and
 * so do values that are themselves addresses on the stack.
 *
 * <p>Those addresses mean the same for as long as the compiled code that they lead to is there ({@link CompiledCode}), and
 * the classes of the interpreted methods are as they were ({@link LoadedClass}). Both are asked each time. When does not
 * matter: the frames that are compared belong to the thread that asks, so what they lead to is not freed meanwhile; and if
 * the code and the classes are at any moment of that the same as when this was made, then their addresses have not been
 * used for anything else in between.
 *
 * <p>It is itself the place for a note on that stack.
 */
final class Trace<L> extends AtomicReference<@Nullable L> {

    private static final long serialVersionUID = 1;

    private static final int OWN_BYTES = 72;
    private static final int ARRAY_BYTES = 16;

    private final long returnAddress;
    private final int[] offsets;
    private final long[] values;
    private final int[] relativeOffsets;
    private final long[] relativeValues;
    private final int length;
    private final CompiledCode[] compiled;
    private final LoadedClass[] classes;

    /** Of frames on the heap; empty if there are none. */
    private final long[][] frozen;

    private Trace(Builder from, LoadedClass[] classes, long[][] frozen) {
        this.frozen = frozen;
        this.returnAddress = from.returnAddress;
        this.offsets = Arrays.copyOf(from.offsets, from.count);
        this.values = Arrays.copyOf(from.values, from.count);
        this.relativeOffsets = Arrays.copyOf(from.relativeOffsets, from.relativeCount);
        this.relativeValues = Arrays.copyOf(from.relativeValues, from.relativeCount);
        this.length = from.length;
        this.compiled = Arrays.copyOf(from.compiled, from.compiledCount);
        this.classes = classes;
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
        return (frozen.length == 0 || onHeap.are(frozen)) && isCurrent(memory);
    }

    /** Whether what was read means what it meant; if not, it matches no stack any more. */
    boolean isCurrent(JvmMemory memory) {
        for (CompiledCode code : compiled) {
            if (!code.isThere(memory)) {
                return false;
            }
        }
        for (LoadedClass type : classes) {
            if (!type.isSame(memory)) {
                return false;
            }
        }
        return true;
    }

    /** About what it takes of the heap. */
    long bytes() {
        long onHeap = 0;
        for (long[] chunk : frozen) {
            onHeap += ARRAY_BYTES + (long) chunk.length * Long.BYTES;
        }
        return OWN_BYTES
                + (long) (offsets.length + relativeOffsets.length) * (Integer.BYTES + Long.BYTES)
                + (long) compiled.length * (4 + CompiledCode.BYTES)
                + (long) classes.length * (4 + LoadedClass.BYTES)
                + 7 * ARRAY_BYTES
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
        private CompiledCode[] compiled = new CompiledCode[16];
        private int compiledCount;
        private final InterpretedMethods interpreted;

        Builder(JvmMemory memory, Methods methods, long returnAddress, long sp) {
            this.memory = memory;
            this.interpreted = new InterpretedMethods(memory, methods);
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

        /** What a compiled frame is of. */
        void compiled(CompiledCode code) {
            for (int i = 0; i < compiledCount; i++) {
                if (compiled[i].used() == code.used()) {
                    return;
                }
            }
            if (compiledCount == compiled.length) {
                compiled = Arrays.copyOf(compiled, 2 * compiledCount);
            }
            compiled[compiledCount++] = code;
        }

        /** The method that an interpreted frame is of. */
        void interpreted(long method) {
            interpreted.add(method);
        }

        private int offset(long address) {
            int offset = Math.toIntExact(address - sp);
            length = Math.max(length, offset + Long.BYTES);
            return offset;
        }

        /**
         * Ends reading.
         *
         * @param frozen what says which frames on the heap follow
         * @return null if the class of an interpreted method is not found, or has another one in its place
         */
        <L> @Nullable Trace<L> build(long[][] frozen) {
            LoadedClass[] classes = interpreted.classes();
            return classes == null ? null : new Trace<>(this, classes, frozen);
        }
    }
}
