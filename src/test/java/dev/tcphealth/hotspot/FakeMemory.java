package dev.tcphealth.hotspot;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Memory of bytes that were put there; to read any other is a failure, as it would be one of the process. */
final class FakeMemory implements JvmMemory {

    private final Map<Long, Byte> bytes = new HashMap<>();
    private final Map<String, Long> symbols = new HashMap<>();
    private long free = 0x1000;

    /** Room for so many bytes, all 0. */
    long allocate(int size) {
        long address = free;
        for (int i = 0; i < size; i++) {
            bytes.put(address + i, (byte) 0);
        }
        free += size + 64;
        return address;
    }

    void put(long address, long value, int size) {
        for (int i = 0; i < size; i++) {
            bytes.put(address + i, (byte) (value >>> (8 * i)));
        }
    }

    /** A symbol whose value is a word. */
    void export(String name, long value) {
        long at = allocate(Long.BYTES);
        put(at, value, Long.BYTES);
        symbols.put(name, at);
    }

    long text(String text) {
        long at = allocate(text.length() + 1);
        for (int i = 0; i < text.length(); i++) {
            put(at + i, text.charAt(i), 1);
        }
        return at;
    }

    private long read(long address, int size) {
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            Byte one = bytes.get(address + i);
            if (one == null) {
                throw new AssertionError("a read of 0x" + Long.toHexString(address + i) + " would end the process");
            }
            value = (value << 8) | (one & 0xff);
        }
        return value;
    }

    @Override
    public long symbol(String name) {
        return symbols.getOrDefault(name, 0L);
    }

    @Override
    public long word(long address) {
        return read(address, Long.BYTES);
    }

    @Override
    public int int32(long address) {
        return (int) read(address, Integer.BYTES);
    }

    @Override
    public byte int8(long address) {
        return (byte) read(address, 1);
    }

    @Override
    public long thread() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void copyReversed(long address, long[] into, int words) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T extends @Nullable Object> T apart(Supplier<T> work) {
        return work.get();
    }

    @Override
    public @Nullable Object frozen() {
        return null;
    }

    @Override
    public @Nullable Object frozenBefore(Object frames) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int frozenFrom(Object frames) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int frozenEnd(Object frames) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Method> copying() {
        return List.of();
    }

    @Override
    public long wordIn(Object object, long offset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int redefinitions(Class<?> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void walk(Consumer<StackFrame> frames) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int slot(Method method) {
        throw new UnsupportedOperationException();
    }
}
