package dev.tcphealth.hotspot;

import dev.tcphealth.concurrent.Chance;
import dev.tcphealth.concurrent.Stripes;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the stack of the current thread from any other, in a twelfth of the time that HotSpot takes to put its frames
 * into a Throwable: by the return addresses that lie on it. The return address of a compiled frame stands for its methods
 * and for the byte code index of each; an interpreted frame has its method and a pointer to its byte code. So the stacks
 * of two threads with the same of these are at the same places in the same code, and what was found out about one is true
 * of the other.
 *
 * <p>What is found out is attached to the stack as a note, which is found for as long as that code is loaded, and not
 * replaced: see {@link Trace}. Lock-free and bounded: where there are more stacks than there
 * is room for, one takes the place of another, and notes are lost.
 *
 * @param <L> what is noted
 */
public final class PhysicalStack<L> {

    /** Those whose structures and frames were compared with what is assumed here, and that the tests run on. */
    private static final Set<Integer> KNOWN_JDKS = Set.of(17, 21, 25);

    private static final int SET_BITS = 8;
    private static final int SETS = 1 << SET_BITS;
    private static final int WAYS = 4;
    private static final int REFERENCE_BYTES = 4;

    /** When a set is full, so many new stacks are seen before one of them takes the place of an old one. */
    private static final int PATIENCE = 4;

    /** The note where the thread is, one word of the stack, and if that is not enough, more. */
    private static final int COPIES = 3;

    /** As much as the frames take that lie between the native method and this class, unless they are interpreted. */
    private static final int COPIED_WORDS = 80;

    private final JvmMemory memory;
    private final CodeCache codeCache;
    private final FrozenFrames frozen;
    private final Frames frames;
    private final Anchor anchor;
    private final long anchorInThread;
    private final long stackBase;
    private final long stackSize;

    private final Stripes<long[]> spare = new Stripes<>(() -> new long[COPIED_WORDS]);
    private final Supplier<@Nullable Trace<L>> finding = this::find;
    private volatile AtomicReferenceArray<@Nullable Trace<L>> traces = new AtomicReferenceArray<>(SETS * WAYS);

    private PhysicalStack(JvmMemory memory, VmStructs structs) throws NoSuchMethodException {
        this.memory = memory;
        Klasses klasses = new Klasses(memory, structs);
        Methods methods = new Methods(memory, structs, klasses);
        this.codeCache = new CodeCache(memory, structs, between(memory, methods));
        this.anchor = new Anchor(structs);
        this.frozen = new FrozenFrames(memory, structs, codeCache, klasses);
        this.frames = new Frames(memory, structs, codeCache, anchor, frozen, methods);
        this.anchorInThread = structs.of("JavaThread", "_anchor");
        this.stackBase = structs.of("JavaThread", "_stack_base");
        this.stackSize = structs.of("JavaThread", "_stack_size");
    }

    private static long[] between(JvmMemory memory, Methods methods) throws NoSuchMethodException {
        List<Method> copying = memory.copying();
        long[] between = new long[copying.size()];
        for (int i = 0; i < between.length; i++) {
            between[i] = methods.address(copying.get(i));
        }
        return between;
    }

    /**
     * The one of this JVM.
     *
     * @throws UnsupportedOperationException if this is no JVM whose frames are known; the message says why
     * @throws NoSuchMethodException if this JDK has no such method to copy memory
     */
    public static <L> PhysicalStack<L> of(JvmMemory memory) throws NoSuchMethodException {
        if (!System.getProperty("os.arch", "").equals("amd64")) {
            throw new UnsupportedOperationException("frames are known on x86-64 only");
        }
        if (!KNOWN_JDKS.contains(Runtime.version().feature())) {
            throw new UnsupportedOperationException("frames are known on JDK 17, 21 and 25 only");
        }
        Set<String> types = new HashSet<>(Frames.TYPES);
        types.addAll(Methods.TYPES);
        types.addAll(Klasses.TYPES);
        PhysicalStack<L> stack = new PhysicalStack<>(memory, new VmStructs(memory, types));
        // What cannot be linked fails here, and not in the application.
        stack.note();
        memory.frozen();
        return stack;
    }

    /** Throws all notes away. */
    public void forget() {
        traces = new AtomicReferenceArray<>(SETS * WAYS);
    }

    /** About how much memory is held. */
    public long bytes() {
        AtomicReferenceArray<@Nullable Trace<L>> known = traces;
        long bytes = SETS * WAYS * REFERENCE_BYTES + CodeCache.BYTES;
        for (int i = 0; i < known.length(); i++) {
            Trace<L> trace = known.get(i);
            bytes += trace == null ? 0 : trace.bytes();
        }
        return bytes;
    }

    /**
     * The place for a note on the stack of the thread that calls this; empty if there was none yet.
     *
     * @return null if it cannot be said which stack it is, as it is very deep, has frames of an unknown kind, or the code
     *     that finds out is not compiled yet
     */
    public @Nullable AtomicReference<@Nullable L> note() {
        return memory.apart(finding);
    }

    /**
     * Called by {@link JvmMemory#apart} alone, so that its frame, or the one they share, is the first that is the same
     * while stacks are compared: those of what it calls to have memory copied come and go.
     */
    private @Nullable Trace<L> find() {
        long thread = memory.thread();
        long end = memory.word(thread + stackBase);
        long[] copied = spare.borrow();
        long from = thread + anchorInThread;
        int count = Anchor.WORDS;
        long sp = 0;
        long returnAddress = 0;
        @Nullable CompiledCode code = null;
        boolean found = false;
        // A single call, so that each time the same frames lie below this one while memory is copied.
        for (int copy = 0; copy < COPIES && !found; copy++) {
            memory.copyReversed(from, copied, count);
            if (copy == 0) {
                sp = Long.reverseBytes(copied[anchor.sp / Long.BYTES]);
                CompiledCode nativeMethod = codeCache.code(Long.reverseBytes(copied[anchor.pc / Long.BYTES]));
                if (nativeMethod == null
                        || sp + nativeMethod.frameBytes() >= end
                        || sp < end - memory.word(thread + stackSize)) {
                    break;
                }
                sp += nativeMethod.frameBytes();
                from = sp - Long.BYTES;
                count = 1;
            } else {
                returnAddress = Long.reverseBytes(copied[0]);
                code = codeCache.code(returnAddress);
                for (int i = 0; code != null && code.marked(); ) {
                    i += (int) (code.frameBytes() / Long.BYTES);
                    if (i >= count) {
                        break;
                    }
                    sp += code.frameBytes();
                    returnAddress = Long.reverseBytes(copied[i]);
                    code = codeCache.code(returnAddress);
                }
                found = code == null || !code.marked();
                count = (int) Math.min(COPIED_WORDS, (end - from) / Long.BYTES);
            }
        }
        spare.giveBack(copied);
        return !found || code == null || sp + code.frameBytes() >= end
                ? null
                : find(thread, returnAddress, sp, code.frameBytes(), end);
    }

    /** @param bytes the size of the first frame */
    private @Nullable Trace<L> find(long thread, long returnAddress, long sp, long bytes, long end) {
        long caller = memory.word(sp + bytes - Long.BYTES);
        int set = WAYS * place(caller * 31 + (end - sp));
        AtomicReferenceArray<@Nullable Trace<L>> known = traces;
        for (int way = 0; way < WAYS; way++) {
            Trace<L> trace = known.get(set + way);
            if (trace == null) {
                return add(known, set + way, thread, returnAddress, sp, end);
            }
            if (trace.matches(memory, frozen, returnAddress, sp, end)) {
                return trace;
            }
        }
        for (int way = 0; way < WAYS; way++) {
            Trace<L> trace = known.get(set + way);
            if (trace != null && !trace.isCurrent(memory)) {
                return add(known, set + way, thread, returnAddress, sp, end);
            }
        }
        int chance = Chance.below(WAYS * PATIENCE);
        return chance < WAYS ? add(known, set + chance, thread, returnAddress, sp, end) : null;
    }

    private static int place(long key) {
        return (int) ((key * 0x9e3779b97f4a7c15L) >>> (Long.SIZE - SET_BITS));
    }

    private @Nullable Trace<L> add(
            AtomicReferenceArray<@Nullable Trace<L>> to,
            int place,
            long thread,
            long returnAddress,
            long sp,
            long end) {
        Trace<L> trace = frames.follow(thread, returnAddress, sp, end);
        if (trace != null) {
            to.set(place, trace);
        }
        return trace;
    }
}
