package dev.tcphealth.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The six system calls that the JDK does not offer for sockets which are not its own. Descriptors are the kernel's
 * numbers. Every call gives -errno where the system call fails, {@link #EINTR} included, and throws nothing: a native
 * call that cannot be made at all gives {@link #ENOSYS}. Thread-safe, as long as no two threads use one buffer.
 */
public interface NativeSockets {

    // errno values that callers tell apart (include/uapi/asm-generic/errno.h: the same on x86, ARM and RISC-V)
    int EPERM = 1;
    int ENOENT = 2;
    int EINTR = 4;
    int EBADF = 9;
    int EAGAIN = 11;
    int ENOMEM = 12;
    int EACCES = 13;
    int EINVAL = 22;
    int ENFILE = 23;
    int EMFILE = 24;
    int ENOSYS = 38;
    int ENOTSOCK = 88;
    int ENOPROTOOPT = 92;
    int EPROTONOSUPPORT = 93;
    int EOPNOTSUPP = 95;
    int EAFNOSUPPORT = 97;
    int ENOBUFS = 105;

    /**
     * Native memory for the calls below, all zero, in this machine's byte order, which lasts until {@link #dispose}. Unlike
     * {@link ByteBuffer#allocateDirect} it is no part of what the JVM counts as direct buffers (BufferPoolMXBean) and
     * limits by MaxDirectMemorySize: that is the application's.
     */
    default ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** Bytes of native memory held for the calls. */
    default long nativeBytes() {
        return 0;
    }

    /** socket(2). */
    int socket(int domain, int type, int protocol);

    /** bind(2) to the address that the direct buffer holds between its position and its limit, which stay as they are. */
    default int bind(int descriptor, ByteBuffer direct) {
        return -ENOSYS;
    }

    /** send(2) of what the direct buffer holds between its position and its limit, which stay as they are. */
    int send(int descriptor, ByteBuffer direct, int flags);

    /** recv(2) to between the direct buffer's position and its limit, which stay as they are. */
    int recv(int descriptor, ByteBuffer direct, int flags);

    /**
     * getsockopt(2). Makes no garbage and waits for no other thread, so the application's threads may call it.
     *
     * @param value takes the option's value, or as much of it as fits; at most {@value #LONGEST_OPTION} bytes of it
     * @return how many bytes the kernel gave, or -errno
     */
    int getsockopt(int descriptor, int level, int option, byte[] value);

    /** close(2). */
    int close(int descriptor);

    /**
     * Gives back what the calls needed, so that this class's loader can be collected. No call may follow, nor any use of
     * what was allocated here.
     */
    void dispose();

    /** Bytes of the longest option value that {@link #getsockopt} can take. */
    int LONGEST_OPTION = 512;

    /** What an errno means, in a few words with its name and no end of sentence. */
    static String meaning(int errno) {
        return switch (errno) {
            case EPERM -> "not permitted (EPERM)";
            case ENOENT -> "the kernel has no such part (ENOENT)";
            case EINTR -> "interrupted by signals (EINTR)";
            case EBADF -> "the descriptor is closed (EBADF)";
            case EAGAIN -> "no answer (EAGAIN)";
            case ENOMEM -> "the kernel has no memory for it (ENOMEM)";
            case EACCES -> "permission denied (EACCES)";
            case EINVAL -> "the kernel does not understand the request (EINVAL)";
            case ENFILE -> "no descriptor is left on this host (ENFILE)";
            case EMFILE -> "no descriptor is left in this process (EMFILE)";
            case ENOSYS -> "the system call is not there or is filtered (ENOSYS)";
            case ENOTSOCK -> "the descriptor is no socket (ENOTSOCK)";
            case ENOPROTOOPT -> "the socket has no such option (ENOPROTOOPT)";
            case EPROTONOSUPPORT -> "the kernel does not offer it (EPROTONOSUPPORT)";
            case EOPNOTSUPP -> "the socket is of another kind (EOPNOTSUPP)";
            case EAFNOSUPPORT -> "the kernel does not offer netlink (EAFNOSUPPORT)";
            case ENOBUFS -> "the kernel's answer did not fit (ENOBUFS)";
            default -> "errno " + errno;
        };
    }
}
