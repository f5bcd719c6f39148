package dev.tcphealth.hotspot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A code cache of one heap with segments of 128 bytes, laid out as JDK 25 does. */
class CodeCacheTest {

    private static final int SEGMENT = 128;
    private static final int SEGMENTS = 64;
    private static final int HEADER = 8;
    private static final int BLOB_BYTES = 64;
    private static final int NAME = 24;
    private static final int COMPILE_ID = 32;
    private static final long METHOD = 0x7f00_0000_1000L;

    private final FakeMemory memory = new FakeMemory();
    private final long code = memory.allocate(SEGMENT * SEGMENTS);
    private final long map = memory.allocate(SEGMENTS);
    private final long nmethod = text("nmethod");
    private final CodeCache cache;
    private int compilations;

    private long text(String text) {
        long address = memory.allocate(text.length() + 1);
        for (int i = 0; i < text.length(); i++) {
            memory.put(address + i, text.charAt(i), 1);
        }
        return address;
    }

    private long frameBytes(long returnAddress) {
        CompiledCode code = cache.code(returnAddress);
        return code == null ? 0 : code.frameBytes();
    }

    private boolean isMarked(long returnAddress) {
        CompiledCode code = cache.code(returnAddress);
        return code != null && code.marked();
    }

    CodeCacheTest() {
        for (int i = 0; i < SEGMENTS; i++) {
            memory.put(map + i, 0xff, 1);
        }
        long heap = memory.allocate(128);
        memory.put(heap + 16, code, Long.BYTES);
        memory.put(heap + 24, code + SEGMENT * SEGMENTS, Long.BYTES);
        memory.put(heap + 64 + 16, map, Long.BYTES);
        memory.put(heap + 64 + 24, map + SEGMENTS, Long.BYTES);
        memory.put(heap + 120, 7, Integer.BYTES);
        long data = memory.allocate(8);
        memory.put(data, heap, Long.BYTES);
        long array = memory.allocate(16);
        memory.put(array, 1, Integer.BYTES);
        memory.put(array + 8, data, Long.BYTES);
        long heaps = memory.allocate(8);
        memory.put(heaps, array, Long.BYTES);
        long interpreter = memory.allocate(32);
        memory.put(interpreter + 8, 0x7f00_0000_0000L, Long.BYTES);
        memory.put(interpreter + 20, 0x100, Integer.BYTES);
        long interpreterAt = memory.allocate(8);
        memory.put(interpreterAt, interpreter, Long.BYTES);
        VmStructs structs = new FakeStructs(memory)
                .address("CodeCache", "_heaps", heaps)
                .field("GrowableArrayBase", "_len", 0)
                .field("GrowableArray<int>", "_data", 8)
                .field("CodeHeap", "_memory", 0)
                .field("CodeHeap", "_segmap", 64)
                .field("CodeHeap", "_log2_segment_size", 120)
                .field("VirtualSpace", "_low", 16)
                .field("VirtualSpace", "_high", 24)
                .field("HeapBlock", "_header", 0)
                .field("HeapBlock::Header", "_used", 4)
                .size("HeapBlock", HEADER)
                .field("CodeBlob", "_frame_size", 0)
                .field("nmethod", "_deopt_handler_offset", 4)
                .field("nmethod", "_deopt_mh_handler_offset", 8)
                .field("nmethod", "_method", 16)
                .field("CodeBlob", "_name", NAME)
                .field("nmethod", "_compile_id", COMPILE_ID)
                .size("nmethod", BLOB_BYTES)
                .address("AbstractInterpreter", "_code", interpreterAt)
                .field("StubQueue", "_stub_buffer", 8)
                .field("StubQueue", "_buffer_limit", 20)
                .read(CodeCache.TYPES);
        cache = new CodeCache(memory, structs, METHOD);
    }

    /** Code in so many segments, whose handler of deoptimized frames is its last word but one. */
    private long compile(int segment, int segments, int frameWords, long method) {
        for (int i = 0; i < segments; i++) {
            memory.put(map + segment + i, Math.min(i, 1), 1);
        }
        long block = code + (long) segment * SEGMENT;
        memory.put(block + 4, 1, 1);
        long blob = block + HEADER;
        memory.put(blob, frameWords, Integer.BYTES);
        memory.put(blob + 4, SEGMENT - HEADER - 16, Integer.BYTES);
        memory.put(blob + 8, SEGMENT - HEADER - 8, Integer.BYTES);
        memory.put(blob + 16, method, Long.BYTES);
        memory.put(blob + NAME, nmethod, Long.BYTES);
        memory.put(blob + COMPILE_ID, ++compilations, Integer.BYTES);
        return blob;
    }

    @Test
    void knowsTheFrameOfCompiledCode() {
        long small = compile(3, 1, 4, 0);
        long large = compile(4, 20, 22, METHOD);
        assertThat(frameBytes(small + BLOB_BYTES)).isEqualTo(4 * 8);
        assertThat(frameBytes(large + BLOB_BYTES)).isEqualTo(22 * 8);
        assertThat(frameBytes(large + 19 * SEGMENT)).isEqualTo(22 * 8);
        assertThat(isMarked(small + BLOB_BYTES)).isFalse();
        assertThat(isMarked(large + 19 * SEGMENT)).isTrue();
    }

    @Test
    void whatIsNoCompiledCodeHasNoFrame() {
        long blob = compile(3, 2, 4, 0);
        assertThat(frameBytes(0)).isZero();
        assertThat(frameBytes(-1)).isZero();
        assertThat(frameBytes(code - 1)).isZero();
        assertThat(frameBytes(code + SEGMENT * SEGMENTS)).isZero();
        assertThat(frameBytes(code)).as("a segment of no block").isZero();
        memory.put(blob - HEADER + 4, 0, 1);
        assertThat(frameBytes(blob + BLOB_BYTES)).as("a block that is free").isZero();
        long stub = compile(8, 1, 0, 0);
        assertThat(frameBytes(stub + BLOB_BYTES)).as("a stub").isZero();
    }

    /** The frame was at a call that its return address does not tell any more. */
    @Test
    void aDeoptimizedFrameIsNone() {
        long blob = compile(3, 1, 4, 0);
        assertThat(frameBytes(blob + SEGMENT - HEADER - 16)).isZero();
        assertThat(frameBytes(blob + SEGMENT - HEADER - 8)).isZero();
        assertThat(frameBytes(blob + SEGMENT - HEADER - 24)).isEqualTo(4 * 8);
    }

    @Test
    void otherCodeAtTheSamePlaceIsSeen() {
        long blob = compile(3, 1, 4, 0);
        CompiledCode code = requireNonNull(cache.code(blob + BLOB_BYTES));
        assertThat(code.isThere(memory)).isTrue();
        compile(3, 1, 9, 0);
        assertThat(code.isThere(memory)).isFalse();
        assertThat(frameBytes(blob + BLOB_BYTES)).isEqualTo(9 * 8);
    }

    /** What is freed stays as it was but for its header, and other code may begin behind that. */
    @Test
    void freedCodeIsNotThereThoughItsCompileIdIs() {
        long blob = compile(3, 4, 4, 0);
        CompiledCode code = requireNonNull(cache.code(blob + 2 * SEGMENT));
        memory.put(blob - HEADER + 4, 0, 1);
        compile(5, 2, 9, 0);
        assertThat(code.isThere(memory)).isFalse();
        assertThat(frameBytes(blob + 2 * SEGMENT)).isEqualTo(9 * 8);
    }

    @Test
    void theJvmsOwnCodeIsToldByItsName() {
        long blob = compile(3, 1, 4, 0);
        memory.put(blob + NAME, text("new_instance"), Long.BYTES);
        CompiledCode stub = requireNonNull(cache.code(blob + BLOB_BYTES));
        assertThat(stub.isThere(memory)).isTrue();
        compile(3, 1, 4, 0);
        assertThat(stub.isThere(memory)).isFalse();
    }

    /** Maps that lead nowhere must not lead out of the heap. */
    @Test
    void aMapThatMakesNoSenseHasNoFrames() {
        memory.put(map, 5, 1);
        memory.put(map + 1, 5, 1);
        assertThat(frameBytes(code + SEGMENT)).isZero();
        memory.put(map + SEGMENTS - 1, 0, 1);
        memory.put(code + (SEGMENTS - 1) * SEGMENT + 4, 1, 1);
        assertThat(frameBytes(code + SEGMENT * SEGMENTS - 1)).isZero();
    }

    @Test
    void theInterpreterIsWhereItIs() {
        assertThat(cache.isInterpreter(0x7f00_0000_0000L)).isTrue();
        assertThat(cache.isInterpreter(0x7f00_0000_00ffL)).isTrue();
        assertThat(cache.isInterpreter(0x7f00_0000_0100L)).isFalse();
        assertThat(cache.isInterpreter(0x6fff_ffff_ffffL)).isFalse();
    }
}
