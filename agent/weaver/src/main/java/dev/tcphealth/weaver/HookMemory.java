package dev.tcphealth.weaver;

import dev.tcphealth.hotspot.JvmMemory;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sun.nio.ch.TcpHealthMemory;

/** The memory of this process, which a class of java.base can read. */
public final class HookMemory implements JvmMemory {

    @Override
    public long symbol(String name) {
        return TcpHealthMemory.symbol(name);
    }

    @Override
    public long word(long address) {
        return TcpHealthMemory.word(address);
    }

    @Override
    public int int32(long address) {
        return TcpHealthMemory.int32(address);
    }

    @Override
    public byte int8(long address) {
        return TcpHealthMemory.int8(address);
    }

    @Override
    public long thread() {
        return TcpHealthMemory.thread();
    }

    @Override
    public void copyReversed(long address, long[] into, int words) {
        TcpHealthMemory.copyReversed(address, into, words);
    }

    @Override
    public <T extends @Nullable Object> T apart(Supplier<T> work) {
        return TcpHealthMemory.apart(work);
    }

    @Override
    public @Nullable Object frozen() {
        return TcpHealthMemory.frozen();
    }

    @Override
    public @Nullable Object frozenBefore(Object frames) {
        return TcpHealthMemory.frozenBefore(frames);
    }

    @Override
    public int frozenFrom(Object frames) {
        return TcpHealthMemory.frozenFrom(frames);
    }

    @Override
    public int frozenEnd(Object frames) {
        return TcpHealthMemory.frozenEnd(frames);
    }

    @Override
    public List<Method> copying() throws NoSuchMethodException {
        Class<?>[] parameters = {long.class, long[].class, int.class};
        return List.of(
                HookMemory.class.getMethod("copyReversed", parameters),
                TcpHealthMemory.class.getMethod("copyReversed", parameters),
                TcpHealthMemory.copyingMethod());
    }

    @Override
    public long wordIn(Object object, long offset) {
        return TcpHealthMemory.wordIn(object, offset);
    }

    @Override
    public int redefinitions(Class<?> type) {
        return TcpHealthMemory.redefinitions(type);
    }

    @Override
    public void walk(Consumer<StackFrame> frames) {
        TcpHealthMemory.walk(frames);
    }

    @Override
    public int slot(Method method) {
        return TcpHealthMemory.slot(method);
    }
}
