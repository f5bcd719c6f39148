package dev.tcphealth.weaver;

import dev.tcphealth.concurrent.Stripes;
import dev.tcphealth.kernel.NativeSockets;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.LongAdder;
import sun.nio.ch.TcpHealthNative;

/**
 * {@link NativeSockets} by java.lang.foreign. Only loaded on JDK 22 and later, where TcpHealthNative is in java.base.
 * Public for the benchmarks alone.
 */
public final class ForeignSockets implements NativeSockets {

    private static final int SCRATCH_BYTES = TcpHealthNative.GETSOCKOPT_SCRATCH + LONGEST_OPTION;

    private final LongAdder allocated = new LongAdder();
    private final Stripes<MemorySegment> scratch = new Stripes<>(() -> TcpHealthNative.allocate(SCRATCH_BYTES));

    @Override
    public ByteBuffer allocate(int bytes) {
        allocated.add(bytes);
        return TcpHealthNative.allocate(bytes).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    @Override
    public long nativeBytes() {
        return allocated.sum() + (long) scratch.size() * SCRATCH_BYTES;
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        try {
            MemorySegment borrowed = scratch.borrow();
            int result = TcpHealthNative.socket(domain, type, protocol, borrowed);
            scratch.giveBack(borrowed);
            return result;
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public int bind(int descriptor, ByteBuffer direct) {
        try {
            MemorySegment borrowed = scratch.borrow();
            int result = TcpHealthNative.bind(descriptor, MemorySegment.ofBuffer(direct), borrowed);
            scratch.giveBack(borrowed);
            return result;
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public int send(int descriptor, ByteBuffer direct, int flags) {
        try {
            MemorySegment borrowed = scratch.borrow();
            int result = TcpHealthNative.send(descriptor, MemorySegment.ofBuffer(direct), flags, borrowed);
            scratch.giveBack(borrowed);
            return result;
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public int recv(int descriptor, ByteBuffer direct, int flags) {
        try {
            MemorySegment borrowed = scratch.borrow();
            int result = TcpHealthNative.recv(descriptor, MemorySegment.ofBuffer(direct), flags, borrowed);
            scratch.giveBack(borrowed);
            return result;
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public int getsockopt(int descriptor, int level, int option, byte[] value) {
        try {
            MemorySegment borrowed = scratch.borrow();
            int result = TcpHealthNative.getsockopt(descriptor, level, option, value, borrowed);
            scratch.giveBack(borrowed);
            return result;
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public int close(int descriptor) {
        try {
            MemorySegment borrowed = scratch.borrow();
            int result = TcpHealthNative.close(descriptor, borrowed);
            scratch.giveBack(borrowed);
            return result;
        } catch (Throwable e) {
            return -ENOSYS;
        }
    }

    @Override
    public void dispose() {
        // Nothing here outlives its loader.
    }
}
