package dev.tcphealth.bench;

import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.connection.KnownStacks;
import dev.tcphealth.correlate.KernelEndings;
import dev.tcphealth.hotspot.PhysicalStack;
import dev.tcphealth.kernel.NativeAccess;
import dev.tcphealth.kernel.TcpInfoReader;
import dev.tcphealth.weaver.ForeignSockets;
import dev.tcphealth.weaver.HookMemory;
import dev.tcphealth.weaver.HookSink;
import java.io.FileDescriptor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import sun.nio.ch.IOUtil;
import sun.nio.ch.TcpHealthHook;

/**
 * What the hooks of a connection cost from its opening to its end, at several depths, beside one {@code new Throwable()}
 * at the same depth, and what it takes to match a stack. A real connection is asked how it ends; its system calls are those of the agent alone.
 *
 * <p>Two events look at the stack, opening (or accepting) and closing: a score is the average of the two, with all other
 * calls of the hook between and after them.
 */
@State(Scope.Thread)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HooksBenchmark {

    private static final int EVENTS = 2;

    /** Frames below the hook. */
    @Param({"20", "60", "200"})
    public int depth;

    private final OpenConnection connection = new OpenConnection();
    private final InetSocketAddress own = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private final InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432);
    private FileDescriptor fd = new FileDescriptor();
    private @Nullable PhysicalStack<KnownStacks.Note> stack;

    @Setup
    public void listen() throws NoSuchMethodException {
        ConnectionTracker tracker = new ConnectionTracker(1000, 32, List.of(), 1000, 131_072, HookSink::readBacktrace);
        tracker.lossy(false); // as the sampler says where nothing was retransmitted lately
        stack = PhysicalStack.of(new HookMemory());
        tracker.codePaths().matchBy(new KnownStacks(stack::note, stack::forget, stack::bytes));
        TcpInfoReader reader = new TcpInfoReader(
                NativeAccess.open(ForeignSockets::new).sockets().orElseThrow());
        tracker.ask(new KernelEndings(reader, HookSink::unreadBytes, HookSink::hasError));
        fd = IOUtil.newFD(connection.open(reader));
        new HookSink(tracker).listen();
    }

    @TearDown
    public void close() {
        HookSink.silence();
        connection.close();
    }

    @Benchmark
    public Object throwable() {
        return at(depth, Throwable::new);
    }

    /** What a look is saved by: its note is found. */
    @Benchmark
    public Object recognise() {
        return at(depth, Objects.requireNonNull(stack)::note);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public Object openAndClose() {
        at(depth, this::open);
        return at(depth, this::end);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public Object acceptAndClose() {
        at(depth, this::accept);
        return at(depth, this::end);
    }

    private Object open() {
        TcpHealthHook.opened(fd, false);
        TcpHealthHook.connecting(fd, peer.getAddress(), peer.getPort());
        TcpHealthHook.localAddress(fd, own);
        return fd;
    }

    private Object accept() {
        TcpHealthHook.accepted(fd, peer);
        TcpHealthHook.localAddress(fd, own);
        return fd;
    }

    private Object end() {
        TcpHealthHook.closing(fd, this);
        TcpHealthHook.released(fd);
        TcpHealthHook.closed(fd);
        return fd;
    }

    private static Object at(int frames, Supplier<Object> end) {
        return frames == 0 ? end.get() : at(frames - 1, end);
    }
}
