package dev.tcphealth.hotspot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Set;
import org.junit.jupiter.api.Test;

class VmStructsTest {

    private final FakeMemory memory = new FakeMemory();
    private final FakeStructs tables = new FakeStructs(memory)
            .field("CodeBlob", "_frame_size", 28)
            .address("CodeCache", "_heaps", 0x7f00_1234_5678L)
            .field("Other", "_frame_size", 4)
            .size("HeapBlock", 16);

    @Test
    void readsOffsetsAddressesAndSizes() {
        VmStructs structs = tables.read(Set.of("CodeBlob", "CodeCache", "HeapBlock"));
        assertThat(structs.of("CodeBlob", "_frame_size")).isEqualTo(28);
        assertThat(structs.of("CodeCache", "_heaps")).isEqualTo(0x7f00_1234_5678L);
        assertThat(structs.sizeOf("HeapBlock")).isEqualTo(16);
        assertThat(structs.has("CodeBlob", "_frame_size")).isTrue();
        assertThat(structs.has("CodeBlob", "_name")).isFalse();
    }

    @Test
    void whatIsNotThereIsSaid() {
        VmStructs structs = tables.read(Set.of("CodeBlob"));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> structs.of("CodeBlob", "_name"))
                .withMessage("the JVM does not tell of CodeBlob._name");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> structs.sizeOf("HeapBlock"))
                .withMessage("the JVM does not tell how large a HeapBlock is");
    }

    @Test
    void aJvmThatExportsNothing() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> new VmStructs(new FakeMemory(), Set.of()))
                .withMessage("the JVM exports no gHotSpotVMStructEntryTypeNameOffset");
    }

    @Test
    void aNameWithoutEnd() {
        tables.field("x".repeat(1000), "_y", 0);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> tables.read(Set.of()))
                .withMessage("the JVM's tables of its structures make no sense");
    }
}
