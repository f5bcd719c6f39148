package sun.nio.ch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Calls into libc by java.lang.foreign. They are made from inside java.base because java.base alone has native
 * access without the user granting it: {@code Linker.downcallHandle} looks at its caller (JEP 472). Only loaded on JDK
 * 22 and later. Has no state, so a detached agent leaves nothing behind but the class.
 *
 * <p>No call is declared critical: getsockopt takes the socket's lock, which another thread may hold while it copies
 * megabytes, and a netlink recv walks the kernel's tables. A critical call would make every safepoint wait for that,
 * and saves 20 ns of 700.
 */
public final class TcpHealthNative {

    /** Bytes of {@code scratch} that {@link #getsockopt} needs besides the option's value. */
    public static final int GETSOCKOPT_SCRATCH = 8;

    private static final int LENGTH_AT = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SOCKET = function(
            "socket",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle BIND = function(
            "bind",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle SEND = function("send", transfer());
    private static final MethodHandle RECV = function("recv", transfer());

    /** Its addresses are passed as numbers, which is the same to the ABI of every 64-bit Linux, and makes no garbage. */
    private static final MethodHandle GETSOCKOPT = function(
            "getsockopt",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));

    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static final MethodHandle CALLOC =
            linked("calloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = linked("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private TcpHealthNative() {}

    /**
     * Native memory, all zero. It is freed when nothing refers to it any more: a thread may still be in a call when the
     * agent is detached. An Arena's own memory would count as a direct buffer of the application's (java.nio.Bits).
     */
    @SuppressWarnings("restricted")
    public static MemorySegment allocate(int bytes) {
        try {
            MemorySegment room = (MemorySegment) CALLOC.invokeExact(1L, (long) bytes);
            if (room.address() == 0) {
                throw new OutOfMemoryError("calloc");
            }
            return room.reinterpret(bytes, Arena.ofAuto(), TcpHealthNative::free);
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void free(MemorySegment room) {
        try {
            FREE.invokeExact(room);
        } catch (Throwable e) {
            // It leaks, and nothing else.
        }
    }

    /** socket(2). Like all here: {@code scratch} is 4 bytes or more of native memory, the result -errno on failure. */
    public static int socket(int domain, int type, int protocol, MemorySegment scratch) throws Throwable {
        return result((int) SOCKET.invokeExact(scratch, domain, type, protocol), scratch);
    }

    /** bind(2) to the address in a segment of native memory. */
    public static int bind(int descriptor, MemorySegment address, MemorySegment scratch) throws Throwable {
        return result((int) BIND.invokeExact(scratch, descriptor, address, (int) address.byteSize()), scratch);
    }

    /** send(2) of a whole segment of native memory. */
    public static int send(int descriptor, MemorySegment bytes, int flags, MemorySegment scratch) throws Throwable {
        return result((int) (long) SEND.invokeExact(scratch, descriptor, bytes, bytes.byteSize(), flags), scratch);
    }

    /** recv(2) into a segment of native memory. */
    public static int recv(int descriptor, MemorySegment bytes, int flags, MemorySegment scratch) throws Throwable {
        return result((int) (long) RECV.invokeExact(scratch, descriptor, bytes, bytes.byteSize(), flags), scratch);
    }

    /**
     * getsockopt(2).
     *
     * @param value takes as much of the option's value as it can hold
     * @param scratch native memory, {@link #GETSOCKOPT_SCRATCH} bytes longer than the longest value that is wanted
     * @return how many bytes the value has, or -errno
     */
    public static int getsockopt(int descriptor, int level, int option, byte[] value, MemorySegment scratch)
            throws Throwable {
        int room = (int) scratch.byteSize() - GETSOCKOPT_SCRATCH;
        scratch.set(ValueLayout.JAVA_INT, LENGTH_AT, Math.min(value.length, room));
        long address = scratch.address();
        int result = (int) GETSOCKOPT.invokeExact(
                scratch, descriptor, level, option, address + GETSOCKOPT_SCRATCH, address + LENGTH_AT);
        if (result < 0) {
            return result(result, scratch);
        }
        int length = scratch.get(ValueLayout.JAVA_INT, LENGTH_AT);
        MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, GETSOCKOPT_SCRATCH, value, 0, length);
        return length;
    }

    /** close(2). */
    public static int close(int descriptor, MemorySegment scratch) throws Throwable {
        return result((int) CLOSE.invokeExact(scratch, descriptor), scratch);
    }

    private static int result(int result, MemorySegment scratch) {
        return result < 0 ? -scratch.get(ValueLayout.JAVA_INT, 0) : result;
    }

    private static FunctionDescriptor transfer() {
        return FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT);
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return linked(name, type, Linker.Option.captureCallState("errno"));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle linked(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(() -> new UnsatisfiedLinkError(name)), type, options);
    }
}
