package dev.tcphealth.bench;

import com.sun.management.ThreadMXBean;
import dev.tcphealth.kernel.NativeAccess;
import dev.tcphealth.kernel.NetlinkSocketSource;
import dev.tcphealth.kernel.ProcSocketSource;
import dev.tcphealth.kernel.SocketSource;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.weaver.ForeignSockets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * For {@code scripts/bench sampler}, in a network namespace of its own: makes TIME_WAIT sockets and live connections, and
 * prints what a full reading of them takes by sock_diag, by /proc and by {@code ss -tan}, in turn, as medians.
 */
public final class SamplerTimes {

    private static final int ROUNDS = 15;
    private static final int DESTINATIONS = 4;
    private static final int PORT = 7000;
    private static final double BOUND = 0.2;

    private final NetlinkSocketSource netlink;
    private final ProcSocketSource proc = new ProcSocketSource();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<ServerSocketChannel> servers = new ArrayList<>();
    private final List<SocketChannel> live = new ArrayList<>();
    private int made;

    private SamplerTimes(NetlinkSocketSource netlink) {
        this.netlink = netlink;
    }

    // Arguments are sizes, ascending: a number is TIME_WAIT sockets, +number live connections.
    public static void main(String[] arguments) throws Exception {
        NativeAccess access = NativeAccess.open(ForeignSockets::new);
        System.out.println("native calls: " + access.description() + ", Java " + Runtime.version());
        SamplerTimes times =
                new SamplerTimes(new NetlinkSocketSource(access.sockets().orElseThrow()));
        for (int i = 1; i <= DESTINATIONS; i++) {
            times.servers.add(ServerSocketChannel.open(StandardProtocolFamily.INET)
                    .bind(new InetSocketAddress("127.0.0." + i, PORT), 1000));
        }
        System.out.println(
                "      sockets      rows   sock_diag  +TCP_INFO       /proc     ss -tan  sock_diag/ss   garbage");
        boolean good = true;
        for (String size : arguments) {
            good = times.measure(size) <= BOUND;
        }
        System.out.printf(Locale.ROOT, "bound: sock_diag takes at most %.0f %% of ss -tan%n", BOUND * 100);
        System.exit(good ? 0 : 1);
    }

    private double measure(String size) throws IOException, InterruptedException {
        int wanted = Integer.parseInt(size.replace("+", ""));
        boolean connections = size.startsWith("+");
        while (connections ? live.size() < 2 * wanted : made < wanted) {
            connect(connections);
        }
        double[][] millis = new double[4][ROUNDS];
        long rows = 0;
        long garbage = Long.MAX_VALUE;
        for (int round = -3; round < ROUNDS; round++) {
            int at = Math.max(round, 0);
            long before = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            rows = count(netlink, false);
            millis[0][at] = (System.nanoTime() - start) / 1e6;
            garbage = Math.min(garbage, threads.getCurrentThreadAllocatedBytes() - before);
            start = System.nanoTime();
            count(netlink, true);
            millis[1][at] = (System.nanoTime() - start) / 1e6;
            start = System.nanoTime();
            count(proc, false);
            millis[2][at] = (System.nanoTime() - start) / 1e6;
            start = System.nanoTime();
            ss();
            millis[3][at] = (System.nanoTime() - start) / 1e6;
        }
        double ratio = median(millis[0]) / median(millis[3]);
        System.out.printf(
                Locale.ROOT,
                "%13s %9d %8.2f ms %7.2f ms %8.2f ms %8.2f ms %11.1f %% %6.1f kB%n",
                size,
                rows,
                median(millis[0]),
                median(millis[1]),
                median(millis[2]),
                median(millis[3]),
                ratio * 100,
                garbage / 1e3);
        return ratio;
    }

    private void connect(boolean keep) throws IOException {
        ServerSocketChannel server = servers.get(made++ % DESTINATIONS);
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        SocketChannel accepted = server.accept();
        if (keep) {
            live.add(client);
            live.add(accepted);
        } else {
            client.close();
            accepted.close();
        }
    }

    private static long count(SocketSource source, boolean tcpInfo) throws IOException {
        long[] rows = {0};
        source.forEach(TcpState.ALL_BITS, tcpInfo, row -> rows[0]++, null);
        return rows[0];
    }

    private static void ss() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("ss", "-tan")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("ss -tan failed");
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
