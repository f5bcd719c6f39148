package dev.tcphealth.hotspot;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * HotSpot's own description of its structures, which it exports for the serviceability agent (jhsdb): where a field
 * lies, and how large a type is. See hotspot/share/runtime/vmStructs.hpp.
 */
final class VmStructs {

    /** Longer than any name in the tables: whatever is not ended by then is no name. */
    private static final int LONGEST_NAME = 200;

    private final JvmMemory memory;
    private final Set<String> types;

    /** By address: each type has many fields. */
    private final Map<Long, String> names = new HashMap<>();

    private final Map<String, Long> fields = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();

    /**
     * Reads the tables.
     *
     * @param types those that are wanted, as most of the time goes into reading names
     * @throws UnsupportedOperationException if this JVM does not export them
     */
    VmStructs(JvmMemory memory, Set<String> types) {
        this.memory = memory;
        this.types = types;
        readFields();
        readSizes();
    }

    private void readFields() {
        long typeName = constant("gHotSpotVMStructEntryTypeNameOffset");
        long fieldName = constant("gHotSpotVMStructEntryFieldNameOffset");
        long isStatic = constant("gHotSpotVMStructEntryIsStaticOffset");
        long offset = constant("gHotSpotVMStructEntryOffsetOffset");
        long address = constant("gHotSpotVMStructEntryAddressOffset");
        long stride = constant("gHotSpotVMStructEntryArrayStride");
        long entry = constant("gHotSpotVMStructs");
        for (long name = memory.word(entry + typeName); name != 0; name = memory.word(entry + typeName)) {
            String type = typeAt(name);
            if (types.contains(type)) {
                boolean inPlace = memory.int32(entry + isStatic) == 0;
                fields.put(
                        type + "." + string(memory.word(entry + fieldName)),
                        memory.word(entry + (inPlace ? offset : address)));
            }
            entry += stride;
        }
    }

    private void readSizes() {
        long typeName = constant("gHotSpotVMTypeEntryTypeNameOffset");
        long size = constant("gHotSpotVMTypeEntrySizeOffset");
        long stride = constant("gHotSpotVMTypeEntryArrayStride");
        long entry = constant("gHotSpotVMTypes");
        for (long name = memory.word(entry + typeName); name != 0; name = memory.word(entry + typeName)) {
            String type = string(name);
            if (types.contains(type)) {
                sizes.put(type, memory.word(entry + size));
            }
            entry += stride;
        }
    }

    private long constant(String symbol) {
        long address = memory.symbol(symbol);
        if (address == 0) {
            throw new UnsupportedOperationException("the JVM exports no " + symbol);
        }
        return memory.word(address);
    }

    private String typeAt(long address) {
        String known = names.get(address);
        if (known == null) {
            known = string(address);
            names.put(address, known);
        }
        return known;
    }

    private String string(long address) {
        StringBuilder text = new StringBuilder(32);
        for (long at = address; memory.int8(at) != 0; at++) {
            if (text.length() == LONGEST_NAME) {
                throw new UnsupportedOperationException("the JVM's tables of its structures make no sense");
            }
            text.append((char) memory.int8(at));
        }
        return text.toString();
    }

    boolean has(String type, String field) {
        return fields.containsKey(type + "." + field);
    }

    /**
     * The offset of a field in its type in bytes, or the address of a static one.
     *
     * @throws UnsupportedOperationException if this JVM does not tell
     */
    long of(String type, String field) {
        Long found = fields.get(type + "." + field);
        if (found == null) {
            throw new UnsupportedOperationException("the JVM does not tell of " + type + "." + field);
        }
        return found;
    }

    /**
     * The size of a type in bytes.
     *
     * @throws UnsupportedOperationException if this JVM does not tell
     */
    long sizeOf(String type) {
        Long found = sizes.get(type);
        if (found == null) {
            throw new UnsupportedOperationException("the JVM does not tell how large a " + type + " is");
        }
        return found;
    }
}
