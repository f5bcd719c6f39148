package dev.tcphealth.hotspot;

import java.util.Set;

/**
 * HotSpot's note of where a thread has left Java code, which it makes for each call of a native method
 * (JavaFrameAnchor).
 */
final class Anchor {

    static final Set<String> TYPES = Set.of("JavaFrameAnchor");

    static final int WORDS = 3;
    static final int BYTES = WORDS * Long.BYTES;

    /** Offset of the stack pointer in bytes, and so on. */
    final int sp;

    final int pc;
    final int fp;

    /** @throws UnsupportedOperationException if this JVM does not tell enough */
    Anchor(VmStructs structs) {
        this.sp = offset(structs, "_last_Java_sp");
        this.pc = offset(structs, "_last_Java_pc");
        this.fp = offset(structs, "_last_Java_fp");
    }

    private static int offset(VmStructs structs, String field) {
        long offset = structs.of("JavaFrameAnchor", field);
        if (offset % Long.BYTES != 0 || offset < 0 || offset >= BYTES) {
            throw new UnsupportedOperationException("JavaFrameAnchor." + field + " is not where it is known to be");
        }
        return (int) offset;
    }
}
