package dev.tcphealth.hotspot;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes the tables that HotSpot exports (hotspot/share/runtime/vmStructs.hpp). */
final class FakeStructs {

    private static final int STRIDE = 48;

    private record Field(String type, String name, boolean isStatic, long value) {}

    private record Size(String type, long size) {}

    private final FakeMemory memory;
    private final List<Field> fields = new ArrayList<>();
    private final List<Size> sizes = new ArrayList<>();

    FakeStructs(FakeMemory memory) {
        this.memory = memory;
    }

    FakeStructs field(String type, String name, long offset) {
        fields.add(new Field(type, name, false, offset));
        return this;
    }

    FakeStructs address(String type, String name, long address) {
        fields.add(new Field(type, name, true, address));
        return this;
    }

    FakeStructs size(String type, long size) {
        sizes.add(new Size(type, size));
        return this;
    }

    VmStructs read(Set<String> types) {
        long entries = memory.allocate((fields.size() + 1) * STRIDE);
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            long at = entries + (long) i * STRIDE;
            memory.put(at, memory.text(field.type), Long.BYTES);
            memory.put(at + 8, memory.text(field.name), Long.BYTES);
            memory.put(at + 24, field.isStatic ? 1 : 0, Integer.BYTES);
            memory.put(at + (field.isStatic ? 40 : 32), field.value, Long.BYTES);
        }
        memory.export("gHotSpotVMStructs", entries);
        memory.export("gHotSpotVMStructEntryTypeNameOffset", 0);
        memory.export("gHotSpotVMStructEntryFieldNameOffset", 8);
        memory.export("gHotSpotVMStructEntryIsStaticOffset", 24);
        memory.export("gHotSpotVMStructEntryOffsetOffset", 32);
        memory.export("gHotSpotVMStructEntryAddressOffset", 40);
        memory.export("gHotSpotVMStructEntryArrayStride", STRIDE);
        long typeEntries = memory.allocate((sizes.size() + 1) * STRIDE);
        for (int i = 0; i < sizes.size(); i++) {
            long at = typeEntries + (long) i * STRIDE;
            memory.put(at, memory.text(sizes.get(i).type), Long.BYTES);
            memory.put(at + 32, sizes.get(i).size, Long.BYTES);
        }
        memory.export("gHotSpotVMTypes", typeEntries);
        memory.export("gHotSpotVMTypeEntryTypeNameOffset", 0);
        memory.export("gHotSpotVMTypeEntrySizeOffset", 32);
        memory.export("gHotSpotVMTypeEntryArrayStride", STRIDE);
        return new VmStructs(memory, types);
    }
}
