package dev.tcphealth.bench;

import dev.tcphealth.kernel.NativeAccess;
import dev.tcphealth.kernel.TcpInfo;
import dev.tcphealth.kernel.TcpInfoReader;
import dev.tcphealth.weaver.ForeignSockets;
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
    private final OpenConnection connection = new OpenConnection();
    private int descriptor;

    @Setup
    public void connect() {
        descriptor = connection.open(reader);
    }

    @TearDown
    public void close() {
        connection.close();
    }

    @Benchmark
    public long read() {
        int errno = reader.read(descriptor, info);
        if (errno != 0) {
            throw new IllegalStateException("errno " + errno);
        }
        return info.totalRetransmits();
    }
}
