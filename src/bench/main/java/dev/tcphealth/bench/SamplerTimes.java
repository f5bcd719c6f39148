package dev.tcphealth.bench;

import com.sun.management.ThreadMXBean;
import dev.tcphealth.config.SamplerThread;
import dev.tcphealth.kernel.NativeAccess;
import dev.tcphealth.kernel.NetlinkSocketSource;
import dev.tcphealth.kernel.ProcSocketSource;
import dev.tcphealth.kernel.SocketSource;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.weaver.ForeignSockets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * For {@code scripts/bench sampler}, in a network namespace of its own and with the agent: makes TIME_WAIT sockets and
 * live connections, all known to the agent, and prints what a full sample of the agent takes, and in turn with it a
 * reading of all sockets by sock_diag, by /proc and by {@code ss -tan}, as medians.
 */
public final class SamplerTimes {

    private static final int ROUNDS = 15;
    private static final int DESTINATIONS = 4;
    private static final int PORT = 7000;

    /** Of what {@code ss -tan} takes. */
    private static final double BOUND = 0.2;

    /** Of one core, at the interval that the agent has by itself. */
    private static final double CPU_BOUND = 0.01;

    private static final double INTERVAL_NANOS = 5e9;
    private static final int HOUR = 3600;

    private final NetlinkSocketSource netlink;
    private final ProcSocketSource proc = new ProcSocketSource();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final ObjectName agent = new ObjectName("tcphealth:type=Agent");
    private final long samplerThread;
    private final List<ServerSocketChannel> servers = new ArrayList<>();
    private final List<InetSocketAddress> peers;
    private final List<SocketChannel> live = new ArrayList<>();
    private int made;
    private double lastRatio;
    private boolean good = true;

    private SamplerTimes(NetlinkSocketSource netlink, List<InetSocketAddress> peers) throws JMException {
        this.netlink = netlink;
        this.peers = peers;
        while (!beans.isRegistered(agent) || beans.getAttribute(agent, "LastSample") == null) {
            LockSupport.parkNanos(10_000_000);
        }
        samplerThread = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals(SamplerThread.NAME))
                .findFirst()
                .orElseThrow()
                .getThreadId();
        interval(HOUR);
    }

    // Arguments: the network namespace of the peers, in which they have the addresses 10.9.1.1 to 10.9.1.4; then sizes,
    // ascending: a number is TIME_WAIT sockets, +number live connections.
    public static void main(String[] arguments) throws Exception {
        NativeAccess access = NativeAccess.open(ForeignSockets::new);
        System.out.println("native calls: " + access.description() + ", Java " + Runtime.version());
        boolean good;
        List<Process> children = new ArrayList<>();
        List<InetSocketAddress> peers = new ArrayList<>();
        try {
            for (int i = 1; i <= DESTINATIONS; i++) {
                children.add(startPeer(arguments[0], "10.9.1." + i, peers));
            }
            SamplerTimes times =
                    new SamplerTimes(new NetlinkSocketSource(access.sockets().orElseThrow()), peers);
            for (int i = 1; i <= DESTINATIONS; i++) {
                times.servers.add(ServerSocketChannel.open(StandardProtocolFamily.INET)
                        .bind(new InetSocketAddress("127.0.0." + i, PORT), 1000));
            }
            good = times.measureAll(Arrays.copyOfRange(arguments, 1, arguments.length));
        } finally {
            children.forEach(Process::destroy);
        }
        System.exit(good ? 0 : 1);
    }

    /** Holds one end of the live connections, so that this process may have twice as many. */
    private static Process startPeer(String network, String address, List<InetSocketAddress> peers) throws IOException {
        Process peer = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        network,
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SamplerPeer.class.getName(),
                        address,
                        Integer.toString(PORT))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8)).readLine();
        peers.add(new InetSocketAddress(address, PORT));
        return peer;
    }

    private boolean measureAll(String[] sizes) throws Exception {
        System.out.println(
                "      sockets      rows      sample   garbage  core at 5 s  sample/ss   sock_diag  +TCP_INFO"
                        + "       /proc     ss -tan");
        for (String size : sizes) {
            measure(size);
        }
        System.out.printf(
                Locale.ROOT,
                "bounds: less than %.0f %% of one core at an interval of 5 s; of TIME_WAIT alone, the last row takes at most"
                        + " %.0f %% of ss -tan%n",
                CPU_BOUND * 100,
                BOUND * 100);
        return good && lastRatio <= BOUND;
    }

    private void measure(String size) throws Exception {
        int wanted = Integer.parseInt(size.replace("+", ""));
        boolean connections = size.startsWith("+");
        while (connections ? live.size() < wanted : made < wanted) {
            connect(connections);
        }
        double[][] millis = new double[5][ROUNDS];
        long rows = 0;
        long garbage = Long.MAX_VALUE;
        long cpuBefore = 0;
        for (int round = -5; round < ROUNDS; round++) {
            int at = Math.max(round, 0);
            if (round == 0) {
                cpuBefore = threads.getThreadCpuTime(samplerThread);
            }
            long before = threads.getThreadAllocatedBytes(samplerThread);
            millis[0][at] = sample();
            garbage = Math.min(garbage, threads.getThreadAllocatedBytes(samplerThread) - before);
            long start = System.nanoTime();
            rows = count(netlink, false);
            millis[1][at] = (System.nanoTime() - start) / 1e6;
            start = System.nanoTime();
            count(netlink, true);
            millis[2][at] = (System.nanoTime() - start) / 1e6;
            start = System.nanoTime();
            count(proc, false);
            millis[3][at] = (System.nanoTime() - start) / 1e6;
            start = System.nanoTime();
            ss();
            millis[4][at] = (System.nanoTime() - start) / 1e6;
        }
        // With its MBeans and reports, which are made while ss runs.
        double core = (threads.getThreadCpuTime(samplerThread) - cpuBefore) / INTERVAL_NANOS / ROUNDS;
        double ratio = median(millis[0]) / median(millis[4]);
        if (!connections && live.isEmpty()) {
            lastRatio = ratio;
        }
        good = core < CPU_BOUND && good;
        System.out.printf(
                Locale.ROOT,
                "%13s %9d %8.2f ms %6.0f kB %10.2f %% %8.1f %% %8.2f ms %7.2f ms %8.2f ms %8.2f ms%n",
                connections || live.isEmpty() ? size : "+" + live.size() + " " + size,
                rows,
                median(millis[0]),
                garbage / 1e3,
                core * 100,
                ratio * 100,
                median(millis[1]),
                median(millis[2]),
                median(millis[3]),
                median(millis[4]));
    }

    /** Has the agent take a sample; gives the milliseconds it took, its MBeans and reports left out. */
    private double sample() throws JMException {
        Object before = beans.getAttribute(agent, "LastSample");
        interval(1);
        while (Objects.equals(beans.getAttribute(agent, "LastSample"), before)) {
            LockSupport.parkNanos(1_000_000);
        }
        interval(HOUR);
        return (Double) beans.getAttribute(agent, "LastSampleMillis");
    }

    private void interval(int seconds) throws JMException {
        beans.setAttribute(agent, new Attribute("IntervalSeconds", (double) seconds));
    }

    private void connect(boolean keep) throws IOException {
        if (keep) {
            live.add(SocketChannel.open(peers.get(live.size() % DESTINATIONS)));
            return;
        }
        ServerSocketChannel server = servers.get(made++ % DESTINATIONS);
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        SocketChannel accepted = server.accept();
        client.close();
        accepted.close();
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
