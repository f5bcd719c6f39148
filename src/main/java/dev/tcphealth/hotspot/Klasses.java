package dev.tcphealth.hotspot;

import java.util.Set;

/** HotSpot's structures for classes (Klass), which each java.lang.Class has a pointer to. */
final class Klasses {

    static final Set<String> TYPES = Set.of("java_lang_Class");

    private final JvmMemory memory;
    private final long offset;

    /** @throws UnsupportedOperationException if this JVM does not tell enough */
    Klasses(JvmMemory memory, VmStructs structs) {
        this.memory = memory;
        this.offset = memory.int32(structs.of("java_lang_Class", "_klass_offset"));
    }

    /** The address of a class's structure, which stays where it is while the class is loaded. */
    long address(Class<?> type) {
        return memory.wordIn(type, offset);
    }
}
