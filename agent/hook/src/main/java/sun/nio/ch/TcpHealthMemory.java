package sun.nio.ch;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jdk.internal.access.SharedSecrets;
import jdk.internal.loader.BootLoader;
import jdk.internal.misc.Unsafe;
import jdk.internal.vm.annotation.DontInline;

/**
 * Reads the JVM's own memory, and knows which of its structures is the current thread's. What is read where, and that it
 * may be read, is the caller's business. Has no state, so a detached agent leaves nothing behind but the class.
 */
public final class TcpHealthMemory {

    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final long THREAD = UNSAFE.objectFieldOffset(Thread.class, "eetop");
    private static final long SLOT = UNSAFE.objectFieldOffset(Method.class, "slot");
    private static final long REDEFINED = UNSAFE.objectFieldOffset(Class.class, "classRedefinedCount");
    private static final StackWalker WALKER =
            StackWalker.getInstance(Set.of(Option.RETAIN_CLASS_REFERENCE, Option.SHOW_HIDDEN_FRAMES));
    private static final long FIRST_OF_LONGS = firstOfLongs();
    private static final boolean VIRTUAL_THREADS = Runtime.version().feature() >= 21;

    // null and -1 where there are no virtual threads, or their stacks are kept in another way
    private static final Class<?> VIRTUAL_THREAD = virtual("java.lang.VirtualThread");
    private static final long CONTINUATION = virtual(VIRTUAL_THREAD, "cont");
    private static final long TAIL = virtual(virtual("jdk.internal.vm.Continuation"), "tail");
    private static final long PARENT = virtual(virtual("jdk.internal.vm.StackChunk"), "parent");
    private static final long CHUNK_SP = virtual(virtual("jdk.internal.vm.StackChunk"), "sp");
    private static final long CHUNK_BOTTOM = virtual(virtual("jdk.internal.vm.StackChunk"), "bottom");
    private static final boolean CHUNKS_ARE_KNOWN =
            CONTINUATION >= 0 && TAIL >= 0 && PARENT >= 0 && CHUNK_SP >= 0 && CHUNK_BOTTOM >= 0;

    private TcpHealthMemory() {}

    /** An int on JDK 17 and a long on 25, which the code that was compiled for one does not find on the other. */
    private static long firstOfLongs() {
        try {
            return Unsafe.class.getField("ARRAY_LONG_BASE_OFFSET").getLong(null);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static Class<?> virtual(String type) {
        try {
            return VIRTUAL_THREADS ? Class.forName(type, false, null) : null;
        } catch (ClassNotFoundException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static long virtual(Class<?> type, String field) {
        try {
            return type == null ? -1 : UNSAFE.objectFieldOffset(type, field);
        } catch (InternalError noSuchField) {
            return -1;
        }
    }

    /**
     * The address of a symbol that a library of the JDK exports, or that the JVM does, which all of them need; 0 if none
     * does.
     */
    public static long symbol(String name) {
        BootLoader.loadLibrary("net"); // there may be none yet
        return BootLoader.getNativeLibraries().find(name);
    }

    /** The eight bytes at an address. */
    public static long word(long address) {
        return UNSAFE.getLong(address);
    }

    /** The four bytes at an address. */
    public static int int32(long address) {
        return UNSAFE.getInt(address);
    }

    /** The byte at an address. */
    public static byte int8(long address) {
        return UNSAFE.getByte(address);
    }

    /** The eight bytes at an offset in an object. */
    public static long wordIn(Object object, long offset) {
        return UNSAFE.getLong(object, offset);
    }

    /** The place of a method among those of its class, as the JVM numbers them. */
    public static int slot(Method method) {
        return UNSAFE.getInt(method, SLOT);
    }

    /** How often a class was redefined or retransformed, or one that it extends. */
    public static int redefinitions(Class<?> type) {
        return UNSAFE.getIntVolatile(type, REDEFINED);
    }

    /** Shows the frames of the current thread, hidden ones as well, with their classes. */
    public static void walk(Consumer<StackFrame> frames) {
        WALKER.forEach(frames);
    }

    /** The JVM's structure (JavaThread) of the platform thread that runs this. */
    public static long thread() {
        return UNSAFE.getLong(VIRTUAL_THREADS ? carrier() : Thread.currentThread(), THREAD);
    }

    private static Thread carrier() {
        return SharedSecrets.getJavaLangAccess().currentCarrierThread();
    }

    /** The newest StackChunk of the current virtual thread; null if it has none, or the thread is no such. */
    public static Object frozen() {
        Thread thread = Thread.currentThread();
        if (thread.getClass() != VIRTUAL_THREAD || !CHUNKS_ARE_KNOWN) {
            return null;
        }
        return UNSAFE.getReference(UNSAFE.getReference(thread, CONTINUATION), TAIL);
    }

    /** The StackChunk that was made before this one, or null. */
    public static Object frozenBefore(Object chunk) {
        return UNSAFE.getReference(chunk, PARENT);
    }

    /** The stack pointer of a StackChunk, in words from where its room for frames begins. */
    public static int frozenFrom(Object chunk) {
        return UNSAFE.getInt(chunk, CHUNK_SP);
    }

    /** Where the frames of a StackChunk end, likewise. */
    public static int frozenEnd(Object chunk) {
        return UNSAFE.getInt(chunk, CHUNK_BOTTOM);
    }

    /**
     * Copies words, the bytes of each in reverse order. This is a native method's work on every JDK, and none that a
     * compiler replaces: the JVM notes for it where on its stack the thread is, so that a copy of that note can be had.
     */
    public static void copyReversed(long address, long[] into, int words) {
        UNSAFE.copySwapMemory(null, address, into, FIRST_OF_LONGS, (long) words * Long.BYTES, Long.BYTES);
    }

    /**
     * Does this work in a frame of its own: no compiler makes it a part of the caller's code. Compilers inline only so
     * many calls into one another, and the work begins anew here.
     */
    @DontInline
    public static <T> T apart(Supplier<T> work) {
        return work.get();
    }

    /** What {@link #copyReversed} calls, and what then calls the native method. */
    public static Method copyingMethod() throws NoSuchMethodException {
        return Unsafe.class.getMethod(
                "copySwapMemory", Object.class, long.class, Object.class, long.class, long.class, long.class);
    }
}
