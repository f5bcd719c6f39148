package sun.nio.ch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Six calls into libc by java.lang.foreign. They are made from inside java.base because java.base alone has native
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

    private TcpHealthNative() {}

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

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(() -> new UnsatisfiedLinkError(name)),
                type,
                Linker.Option.captureCallState("errno"));
    }
}
