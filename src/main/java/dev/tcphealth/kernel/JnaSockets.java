package dev.tcphealth.kernel;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.tcphealth.concurrent.Stripes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * {@link NativeSockets} by JNA's direct mapping, for JDKs older than 22. To be used through {@link JnaLoader}, which
 * defines this class a second time, next to JNA: of this package it can only see what is public.
 */
final class JnaSockets implements NativeSockets {

    private static final int LENGTH_BYTES = 4;

    /** How long {@link #dispose} waits for calls that are under way. None of them can block. */
    private static final long PATIENCE_NANOS = 2_000_000_000;

    private static final long PAUSE_NANOS = 1_000_000;

    private final NativeMemory memory = new NativeMemory();
    private final Stripes<Scratch> scratch = new Stripes<>(() -> new Scratch(memory));
    private final LongAdder entered = new LongAdder();
    private final LongAdder left = new LongAdder();
    private volatile boolean disposed;

    JnaSockets() {
        Libc.register();
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return call(() -> Libc.socket(domain, type, protocol));
    }

    @Override
    public int bind(int descriptor, ByteBuffer direct) {
        return call(() -> Libc.bind(descriptor, direct, direct.remaining()));
    }

    @Override
    public int send(int descriptor, ByteBuffer direct, int flags) {
        return call(() -> Libc.send(descriptor, direct, direct.remaining(), flags));
    }

    @Override
    public int recv(int descriptor, ByteBuffer direct, int flags) {
        return call(() -> Libc.recv(descriptor, direct, direct.remaining(), flags));
    }

    @Override
    public int close(int descriptor) {
        return call(() -> Libc.close(descriptor));
    }

    @Override
    public int getsockopt(int descriptor, int level, int option, byte[] value) {
        entered.increment();
        try {
            return disposed ? -ENOSYS : askedWithScratch(descriptor, level, option, value);
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        } catch (Throwable e) {
            return -ENOSYS;
        } finally {
            left.increment();
        }
    }

    private int askedWithScratch(int descriptor, int level, int option, byte[] value) {
        Scratch borrowed = scratch.borrow();
        try {
            borrowed.bytes.putInt(0, Math.min(value.length, LONGEST_OPTION));
            Libc.getsockopt(descriptor, level, option, borrowed.address + LENGTH_BYTES, borrowed.address);
            int length = borrowed.bytes.getInt(0);
            borrowed.bytes.get(LENGTH_BYTES, value, 0, length);
            return length;
        } finally {
            if (!scratch.giveBack(borrowed)) {
                memory.free(borrowed.address);
            }
        }
    }

    @Override
    public ByteBuffer allocate(int bytes) {
        return memory.buffer(memory.allocate(bytes), bytes);
    }

    @Override
    public long nativeBytes() {
        return memory.bytes();
    }

    private int call(LongSupplier libc) {
        entered.increment();
        try {
            return disposed ? -ENOSYS : (int) libc.getAsLong();
        } catch (LastErrorException e) {
            return -e.getErrorCode();
        } catch (Throwable e) {
            return -ENOSYS;
        } finally {
            left.increment();
        }
    }

    /**
     * Makes JNA let go of this class's loader: its native half holds on to registered methods, and its own thread stays
     * for half a minute. Unregistering frees what a call needs, so it waits for those under way, and if they do not end
     * it is left undone.
     */
    @Override
    public void dispose() {
        disposed = true;
        if (isQuiet()) {
            Native.unregister(Libc.class);
            memory.freeAll();
        }
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

    /** Whoever entered before {@link #disposed} was set has been counted by then, so equal sums mean that all have left. */
    private boolean isQuiet() {
        long begin = System.nanoTime();
        long gone = left.sum();
        while (gone != entered.sum()) {
            if (System.nanoTime() - begin > PATIENCE_NANOS) {
                return false;
            }
            LockSupport.parkNanos(this, PAUSE_NANOS);
            gone = left.sum();
        }
        return true;
    }

    /** A length and a value, in native memory. */
    private static final class Scratch {

        final long address;
        final ByteBuffer bytes;

        Scratch(NativeMemory memory) {
            address = memory.allocate(LENGTH_BYTES + LONGEST_OPTION);
            bytes = memory.buffer(address, LENGTH_BYTES + LONGEST_OPTION);
        }
    }

    /**
     * Memory from malloc, which the JVM does not count as direct buffers. What is still held at the end is freed then, and
     * not where a call may still be under way.
     */
    private static final class NativeMemory {

        private final Map<Long, Integer> held = new ConcurrentHashMap<>();

        long allocate(int bytes) {
            long address = Native.malloc(bytes);
            if (address == 0) {
                throw new OutOfMemoryError("malloc");
            }
            held.put(address, bytes);
            return address;
        }

        /** All zero. */
        ByteBuffer buffer(long address, int bytes) {
            ByteBuffer buffer = new Pointer(address).getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
            return buffer.put(new byte[bytes]).clear();
        }

        void free(long address) {
            if (held.remove(address) != null) {
                Native.free(address);
            }
        }

        void freeAll() {
            held.keySet().forEach(this::free);
        }

        long bytes() {
            return held.values().stream().mapToLong(Integer::longValue).sum();
        }
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

        static native int bind(int descriptor, ByteBuffer address, int length) throws LastErrorException;

        static native long send(int descriptor, ByteBuffer bytes, long length, int flags) throws LastErrorException;

        static native long recv(int descriptor, ByteBuffer bytes, long length, int flags) throws LastErrorException;

        static native int getsockopt(int descriptor, int level, int option, long value, long length)
                throws LastErrorException;

        static native int close(int descriptor) throws LastErrorException;
    }
}
