package dev.tcphealth.hotspot;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the frames of the current thread's stack as HotSpot does on Linux on x86-64 (frame::sender in
 * hotspot/cpu/x86/frame_x86.cpp, alike on JDK 17 to 25), and keeps what it read.
 *
 * <p>Only that stack is read, from where the thread is to where it began, and the heaps of compiled code: nothing here can
 * touch memory that is not there. What it does not know it does not guess. The frames of a virtual thread that are on the
 * heap are {@link FrozenFrames}.
 */
final class Frames {

    static final Set<String> TYPES;

    static {
        Set<String> types = new HashSet<>(CodeCache.TYPES);
        types.addAll(Anchor.TYPES);
        types.addAll(FrozenFrames.TYPES);
        types.addAll(Set.of("JavaThread", "JavaCallWrapper", "StubRoutines", "ContinuationEntry"));
        TYPES = Set.copyOf(types);
    }

    private static final int WORD = Long.BYTES;

    // hotspot/cpu/x86/frame_x86.hpp, in words from the frame pointer
    private static final int RETURN_ADDRESS = 1;
    static final int SENDER_SP = -1;
    static final int METHOD = -3;
    static final int LOCALS = -7;
    static final int BYTE_CODE_POINTER = -8;
    private static final int CALL_WRAPPER = -6;

    /** No return address. */
    private static final long NONE = -1;

    private static final long[][] NOTHING = {};

    private final JvmMemory memory;
    private final CodeCache codeCache;
    private final Anchor anchor;
    private final FrozenFrames frozen;
    private final Methods methods;
    private final long wrapperAnchor;
    private final long callStubReturn;

    /** Where in a JavaThread the frame is noted that runs a virtual thread, or NONE if this JVM has no such. */
    private final long entryInThread;

    /** Where the return address lies that leads to it. */
    private final long entryReturn;

    /** @throws UnsupportedOperationException if this JVM does not tell enough */
    Frames(
            JvmMemory memory,
            VmStructs structs,
            CodeCache codeCache,
            Anchor anchor,
            FrozenFrames frozen,
            Methods methods) {
        this.frozen = frozen;
        this.methods = methods;
        this.memory = memory;
        this.codeCache = codeCache;
        this.anchor = anchor;
        this.wrapperAnchor = structs.of("JavaCallWrapper", "_anchor");
        this.callStubReturn = memory.word(structs.of("StubRoutines", "_call_stub_return_address"));
        boolean virtualThreads = structs.has("ContinuationEntry", "_return_pc");
        this.entryInThread = virtualThreads ? structs.of("JavaThread", "_cont_entry") : NONE;
        this.entryReturn = virtualThreads ? structs.of("ContinuationEntry", "_return_pc") : NONE;
    }

    /**
     * Follows the frames to their end: the thread's first, or the first of a virtual thread.
     *
     * @param thread the JavaThread
     * @param returnAddress where the code continues whose frame lies at the stack pointer
     * @param end where the stack began: it grows downwards
     * @return null if there are frames of an unknown kind, or too many, or a method whose class is not found
     */
    <L> @Nullable Trace<L> follow(long thread, long returnAddress, long stackPointer, long end) {
        long entry = entryInThread == NONE ? NONE : memory.word(thread + entryInThread);
        Trace.Builder trace = new Trace.Builder(memory, methods, returnAddress, stackPointer);
        long sp = stackPointer;
        long pc = returnAddress;
        long fpAt = 0;
        while (!trace.isFull()) {
            if (sp == entry) {
                long[][] onHeap = pc == memory.word(entryReturn) ? NOTHING : frozen.follow(trace);
                return onHeap == null ? null : trace.build(onHeap);
            }
            boolean interpreted = codeCache.isInterpreter(pc);
            CompiledCode code = interpreted ? null : codeCache.code(pc);
            if (code != null) {
                trace.compiled(code);
                sp += code.frameBytes();
                if (sp >= end) {
                    return null;
                }
                pc = trace.value(sp - WORD);
                fpAt = sp - 2 * WORD;
                continue;
            }
            if (fpAt == 0 || (!interpreted && pc != callStubReturn)) {
                return null;
            }
            long fp = trace.address(fpAt);
            if (!isOn(fp, sp, end - 2 * WORD) || fp + BYTE_CODE_POINTER * WORD < sp) {
                return null;
            }
            if (interpreted) {
                trace.interpreted(trace.value(fp + METHOD * WORD));
                trace.value(fp + BYTE_CODE_POINTER * WORD);
                sp = trace.address(fp + SENDER_SP * WORD);
                if (!isOn(sp, fp, end)) {
                    return null;
                }
                pc = trace.value(fp + RETURN_ADDRESS * WORD);
                fpAt = fp;
            } else {
                long before = trace.address(fp + CALL_WRAPPER * WORD) + wrapperAnchor;
                if (!isOn(before, sp, end - Anchor.BYTES)) {
                    return null;
                }
                if (memory.word(before + anchor.sp) == 0) {
                    trace.value(before + anchor.sp);
                    return trace.build(NOTHING);
                }
                sp = trace.address(before + anchor.sp);
                if (!isOn(sp, before, end)) {
                    return null;
                }
                pc = trace.value(before + anchor.pc);
                pc = pc == 0 ? trace.value(sp - WORD) : pc; // JavaFrameAnchor::make_walkable
                fpAt = before + anchor.fp;
            }
        }
        return null;
    }

    private static boolean isOn(long address, long from, long end) {
        return address >= from && address < end && address % WORD == 0;
    }
}
