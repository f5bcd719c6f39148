package dev.tcphealth.hotspot;

import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The memory of this process. To read what is not there ends the process: who reads has to know. */
public interface JvmMemory {

    /** The address of a symbol that the JVM's library exports; 0 if it does not. */
    long symbol(String name);

    /** The eight bytes at an address. */
    long word(long address);

    /** The four bytes at an address. */
    int int32(long address);

    /** The byte at an address. */
    byte int8(long address);

    /** The JavaThread of the platform thread that runs this. */
    long thread();

    /** Copies words, the bytes of each in reverse order, by a native method ({@code Unsafe.copySwapMemory0}). */
    void copyReversed(long address, long[] into, int words);

    /** Does this work in a method that is never a part of its caller's compiled code: so it has a frame of its own. */
    <T extends @Nullable Object> T apart(Supplier<T> work);

    /** The newest object with frames of the current virtual thread that are on the heap; null if there is none. */
    @Nullable
    Object frozen();

    /** The one that was made before, with the frames that follow. */
    @Nullable
    Object frozenBefore(Object frames);

    /** Where in the room for frames, which follows that object's fields, they begin (words). */
    int frozenFrom(Object frames);

    /** Where they end (words). */
    int frozenEnd(Object frames);

    /** The methods between the caller of {@link #copyReversed} and the native method, that one included. */
    List<Method> copying() throws NoSuchMethodException;

    /** The eight bytes at an offset in an object. */
    long wordIn(Object object, long offset);

    /** How often a class was redefined or retransformed, or one that it extends: HotSpot counts that in its object. */
    int redefinitions(Class<?> type);

    /** Shows the frames of the current thread, hidden ones as well, and knows the class of each. */
    void walk(Consumer<StackFrame> frames);

    /** The place of a method among those of its class, as the JVM numbers them. */
    int slot(Method method);
}
