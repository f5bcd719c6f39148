package dev.tcphealth.hotspot;

import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * HotSpot's compiled code, asked for one thing: how large the frame is of the code that contains a return address. See
 * CodeCache::find_blob and CodeHeap::find_start in hotspot/share/code/codeCache.cpp and memory/heap.cpp.
 *
 * <p>It may only be asked about return addresses on the stack of the current thread: the code they lead to cannot be
 * freed meanwhile. Whatever is asked, only the heaps of compiled code and their segment maps are read, within their
 * bounds.
 */
final class CodeCache {

    static final Set<String> TYPES = Set.of(
            "CodeCache",
            "GrowableArrayBase",
            "GrowableArray<int>",
            "CodeHeap",
            "VirtualSpace",
            "HeapBlock",
            "HeapBlock::Header",
            "CodeBlob",
            "CompiledMethod",
            "nmethod",
            "AbstractInterpreter",
            "StubQueue");

    /** Stands in a segment map for a segment of no block. */
    private static final int FREE_SEGMENT = 0xff;

    /** What CodeBlob::name says of the code of methods; other code is the JVM's own and is never freed. */
    private static final String[] METHOD_NAMES = {"nmethod", "native nmethod"};

    private static final int PLACES_BITS = 10;
    private static final int PLACES = 1 << PLACES_BITS;

    /** About how much memory is held at most. */
    static final long BYTES = PLACES * (4L + CompiledCode.BYTES);

    private static final int MOST_WORDS = (1 << 15) - 1;
    private static final int MOST_HEAPS = 8;

    private final JvmMemory memory;
    private final long heaps;
    private final long arrayLength;
    private final long arrayData;
    private final long heapMemory;
    private final long heapSegments;
    private final long heapLog2Segment;
    private final long low;
    private final long high;
    private final long blockUsed;
    private final long blockSize;
    private final long frameSize;
    private final long name;
    private final long compileId;
    private final long blobSize;

    private final long interpreterBegin;
    private final long interpreterEnd;
    private final long method;
    private final long[] marked;

    /** JDK 17 keeps the addresses of the two deoptimization handlers, later ones their offsets in the blob. */
    private final boolean handlersAreAddresses;

    private final long[] handlers;

    /** By return address. */
    private final AtomicReferenceArray<@Nullable CompiledCode> known = new AtomicReferenceArray<>(PLACES);

    /** The addresses of the names that methods' code has, as they were found; 0 until then. */
    private final long[] methodNames = new long[METHOD_NAMES.length];

    /**
     * @param marked methods, as addresses: see {@link CompiledCode#marked}
     * @throws UnsupportedOperationException if this JVM does not tell enough
     */
    CodeCache(JvmMemory memory, VmStructs structs, long... marked) {
        this.memory = memory;
        this.heaps = structs.of("CodeCache", "_heaps");
        this.arrayLength = structs.of("GrowableArrayBase", "_len");
        this.arrayData = structs.of("GrowableArray<int>", "_data");
        this.heapMemory = structs.of("CodeHeap", "_memory");
        this.heapSegments = structs.of("CodeHeap", "_segmap");
        this.heapLog2Segment = structs.of("CodeHeap", "_log2_segment_size");
        this.low = structs.of("VirtualSpace", "_low");
        this.high = structs.of("VirtualSpace", "_high");
        this.blockUsed = structs.of("HeapBlock", "_header") + structs.of("HeapBlock::Header", "_used");
        this.blockSize = structs.sizeOf("HeapBlock");
        this.frameSize = structs.of("CodeBlob", "_frame_size");
        this.name = structs.of("CodeBlob", "_name");
        this.compileId = structs.of("nmethod", "_compile_id");
        this.blobSize = structs.sizeOf("nmethod");
        long interpreter = memory.word(structs.of("AbstractInterpreter", "_code"));
        this.interpreterBegin = memory.word(interpreter + structs.of("StubQueue", "_stub_buffer"));
        this.interpreterEnd = interpreterBegin + memory.int32(interpreter + structs.of("StubQueue", "_buffer_limit"));
        this.marked = marked.clone();
        this.method = structs.of(structs.has("nmethod", "_method") ? "nmethod" : "CompiledMethod", "_method");
        this.handlersAreAddresses = structs.has("CompiledMethod", "_deopt_handler_begin");
        this.handlers = handlersAreAddresses
                ? new long[] {
                    structs.of("CompiledMethod", "_deopt_handler_begin"),
                    structs.of("CompiledMethod", "_deopt_mh_handler_begin")
                }
                : new long[] {
                    structs.of("nmethod", "_deopt_handler_offset"), structs.of("nmethod", "_deopt_mh_handler_offset")
                };
    }

    /**
     * The compiled code that a return address on the stack of the current thread leads to; null if it is not compiled
     * code with a frame of fixed size, or has been deoptimized, so that it is not told by its return address where it
     * was.
     */
    @Nullable
    CompiledCode code(long returnAddress) {
        int place = (int) ((returnAddress * 0x9e3779b97f4a7c15L) >>> (Long.SIZE - PLACES_BITS));
        CompiledCode code = known.get(place);
        if (code != null && code.returnAddress() == returnAddress && code.isThere(memory)) {
            return code;
        }
        CompiledCode found = find(returnAddress);
        if (found != null) {
            known.set(place, found);
        }
        return found;
    }

    /** Whether a return address leads to the interpreter. */
    boolean isInterpreter(long returnAddress) {
        return returnAddress >= interpreterBegin && returnAddress < interpreterEnd;
    }

    private @Nullable CompiledCode find(long address) {
        long array = memory.word(heaps);
        int count = memory.int32(array + arrayLength);
        long data = memory.word(array + arrayData);
        for (int i = 0; i < count && i < MOST_HEAPS; i++) {
            long heap = memory.word(data + (long) i * Long.BYTES);
            long from = memory.word(heap + heapMemory + low);
            long to = memory.word(heap + heapMemory + high);
            if (address >= from && address < to) {
                return find(address, heap, from, to);
            }
        }
        return null;
    }

    private @Nullable CompiledCode find(long address, long heap, long from, long to) {
        int log2 = memory.int32(heap + heapLog2Segment);
        long segments = memory.word(heap + heapSegments + low);
        long segmentsEnd = memory.word(heap + heapSegments + high);
        long segment = segments + ((address - from) >> log2);
        int back = segment < segmentsEnd ? memory.int8(segment) & 0xff : FREE_SEGMENT;
        while (back > 0 && back != FREE_SEGMENT && segment - back >= segments) {
            segment -= back;
            back = memory.int8(segment) & 0xff;
        }
        long block = from + ((segment - segments) << log2);
        long blob = block + blockSize;
        if (back != 0 || blob + blobSize > to || memory.int8(block + blockUsed) == 0) {
            return null;
        }
        long words = memory.int32(blob + frameSize);
        if (words <= 0 || words > MOST_WORDS) {
            return null;
        }
        if (!isMethod(blob)) {
            long bytes = words * Long.BYTES;
            return new CompiledCode(address, bytes, false, block + blockUsed, blob + name, memory.int32(blob + name));
        }
        return isHandler(address, blob)
                ? null
                : new CompiledCode(
                        address,
                        words * Long.BYTES,
                        isOfMarked(blob),
                        block + blockUsed,
                        blob + compileId,
                        memory.int32(blob + compileId));
    }

    private boolean isMethod(long blob) {
        long text = memory.word(blob + name);
        for (int i = 0; i < METHOD_NAMES.length; i++) {
            if (text == methodNames[i]) {
                return true;
            }
            if (methodNames[i] == 0 && isText(text, METHOD_NAMES[i])) {
                methodNames[i] = text;
                return true;
            }
        }
        return false;
    }

    private boolean isText(long address, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (memory.int8(address + i) != text.charAt(i)) {
                return false;
            }
        }
        return memory.int8(address + text.length()) == 0;
    }

    private boolean isOfMarked(long blob) {
        long of = memory.word(blob + method);
        for (long one : marked) {
            if (one == of) {
                return true;
            }
        }
        return false;
    }

    /** The return address of a frame that is to be deoptimized is replaced by that of its code's handler. */
    private boolean isHandler(long address, long blob) {
        for (long handler : handlers) {
            if (address == (handlersAreAddresses ? memory.word(blob + handler) : blob + memory.int32(blob + handler))) {
                return true;
            }
        }
        return false;
    }
}
