package dev.tcphealth.bench;

import dev.tcphealth.kernel.NativeAccess;
import dev.tcphealth.kernel.SocketFds;
import dev.tcphealth.kernel.TcpInfo;
import dev.tcphealth.kernel.TcpInfoReader;
import dev.tcphealth.weaver.ForeignSockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the application's thread pays for the kernel's last word on a connection that it closes. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TcpInfoBenchmark {

    private final TcpInfo info = new TcpInfo();
    private final TcpInfoReader reader =
            new TcpInfoReader(NativeAccess.open(ForeignSockets::new).sockets().orElseThrow());
    private final SocketChannel[] ends = new SocketChannel[2];
    private int descriptor;

    @Setup
    public void connect() throws IOException {
        Set<Integer> before = tcpDescriptors();
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            ends[0] = SocketChannel.open(server.getLocalAddress());
            ends[1] = server.accept();
        }
        Set<Integer> added = tcpDescriptors();
        added.removeAll(before);
        descriptor = added.iterator().next();
    }

    @TearDown
    public void close() throws IOException {
        ends[0].close();
        ends[1].close();
    }

    @Benchmark
    public long read() {
        int errno = reader.read(descriptor, info);
        if (errno != 0) {
            throw new IllegalStateException("errno " + errno);
        }
        return info.totalRetransmits();
    }

    /** Those that TCP_INFO can be read of. */
    private Set<Integer> tcpDescriptors() throws IOException {
        Set<Integer> descriptors = new HashSet<>();
        new SocketFds().forEach((number, inode) -> {
            if (reader.read(number, info) == 0) {
                descriptors.add(number);
            }
        });
        return descriptors;
    }
}
