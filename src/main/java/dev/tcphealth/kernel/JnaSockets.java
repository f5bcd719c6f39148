package dev.tcphealth.kernel;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@link NativeSockets} by JNA's direct mapping, for JDKs older than 22. To be used through {@link JnaLoader}, which
 * defines this class a second time, next to JNA: of this package it can only see what is public.
 */
final class JnaSockets implements NativeSockets {

    private static final int LENGTH_BYTES = 4;

    private final Stripes<Scratch> scratch = new Stripes<>(Scratch::new);

    JnaSockets() {
        Libc.register();
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        try {
            return Libc.socket(domain, type, protocol);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public int send(int descriptor, ByteBuffer direct, int flags) {
        try {
            return (int) Libc.send(descriptor, direct, direct.remaining(), flags);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public int recv(int descriptor, ByteBuffer direct, int flags) {
        try {
            return (int) Libc.recv(descriptor, direct, direct.remaining(), flags);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public int getsockopt(int descriptor, int level, int option, byte[] value) {
        try {
            Scratch borrowed = scratch.borrow();
            try {
                borrowed.bytes.putInt(0, Math.min(value.length, LONGEST_OPTION));
                Libc.getsockopt(descriptor, level, option, borrowed.address + LENGTH_BYTES, borrowed.address);
                int length = borrowed.bytes.getInt(0);
                borrowed.bytes.get(LENGTH_BYTES, value, 0, length);
                return length;
            } finally {
                scratch.giveBack(borrowed);
            }
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public int close(int descriptor) {
        try {
            return Libc.close(descriptor);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    /**
     * Ends JNA's own thread, which would keep the loader for half a minute more. The rest goes with the loader:
     * unregistering the methods now would take them away under threads that are in one.
     */
    @Override
    public void dispose() {
        ThreadGroup all = Thread.currentThread().getThreadGroup();
        while (all.getParent() != null) {
            all = all.getParent();
        }
        Thread[] threads = new Thread[2 * all.activeCount() + 16];
        int count = all.enumerate(threads);
        for (int i = 0; i < count; i++) {
            if (JnaSockets.class.getClassLoader().equals(threads[i].getClass().getClassLoader())) {
                threads[i].interrupt();
            }
        }
    }

    /** A length and a value, in native memory. */
    private static final class Scratch {

        final ByteBuffer bytes =
                ByteBuffer.allocateDirect(LENGTH_BYTES + LONGEST_OPTION).order(ByteOrder.nativeOrder());
        final long address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    /**
     * The calls themselves. Declared to throw, JNA reads errno right behind the call and keeps it nowhere; the addresses
     * of getsockopt are numbers, which JNA passes on as they are.
     */
    private static final class Libc {

        private Libc() {}

        static void register() {
            Native.register(Libc.class, NativeLibrary.getProcess());
        }

        static native int socket(int domain, int type, int protocol) throws LastErrorException;

        static native long send(int descriptor, ByteBuffer bytes, long length, int flags) throws LastErrorException;

        static native long recv(int descriptor, ByteBuffer bytes, long length, int flags) throws LastErrorException;

        static native int getsockopt(int descriptor, int level, int option, long value, long length)
                throws LastErrorException;

        static native int close(int descriptor) throws LastErrorException;
    }
}
