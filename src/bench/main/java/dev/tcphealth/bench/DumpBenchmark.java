package dev.tcphealth.bench;

import dev.tcphealth.kernel.NativeAccess;
import dev.tcphealth.kernel.NetlinkSocketSource;
import dev.tcphealth.kernel.ProcSocketSource;
import dev.tcphealth.kernel.SocketSource;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.weaver.ForeignSockets;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One reading of all TCP sockets of this network namespace; how many there are is up to whoever runs it. */
@State(Scope.Thread)
@Fork(1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DumpBenchmark {

    /** Where the sockets are read from: sock_diag, sock_diag with TCP_INFO, or /proc. */
    @Param({"sock_diag", "sock_diag+tcp_info", "proc"})
    public String source = "";

    private SocketSource sockets = new ProcSocketSource();
    private boolean tcpInfo;

    @Setup
    public void open() {
        if (!source.equals("proc")) {
            sockets = new NetlinkSocketSource(
                    NativeAccess.open(ForeignSockets::new).sockets().orElseThrow());
            tcpInfo = source.endsWith("tcp_info");
        }
    }

    @Benchmark
    public long read() throws IOException {
        long[] keys = {0};
        sockets.forEach(TcpState.ALL_BITS, tcpInfo, row -> keys[0] += row.key(), null);
        return keys[0];
    }
}
