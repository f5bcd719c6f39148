package dev.tcphealth.kernel;

import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.Quiet;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Run inside a network namespace of its own: lets {@link HostReader} and sar's collector read before and after some
 * traffic, and prints for each column what both say of it.
 *
 * <p>Both see exactly the same, since they read while the namespace is quiet, which is checked; and {@link HostReader} is
 * given the very interval sar divides by: sar prints it nowhere, but as it is a whole number of 10 ms, one large column
 * whose total is known tells it. Every other column is then a test.
 *
 * <p>Arguments: the path of sadc, a file for it to write, a UDP address that is reached through a veth interface and
 * never answers (IP, port), {@code nft} or {@code -} where packets cannot be dropped.
 */
final class HostReaderBesideSar {

    private static final int CONNECTIONS = 200;

    private HostReaderBesideSar() {}

    public static void main(String[] args) throws Exception {
        String sadc = args[0];
        String file = args[1];
        AtomicLong nanos = new AtomicLong();
        HostReader reader = new HostReader(Path.of("/proc"), Path.of("/sys"), nanos::get);

        Quiet before = Quiet.reached();
        TcpCounters start = reader.sample().counters();
        run(sadc, "-S", "XALL", "1", "1", file);
        before.require();

        exchange();
        refuse();
        reset();
        overVeth(new InetSocketAddress(args[2], Integer.parseInt(args[3])));
        if (!args[4].equals("-")) {
            lose(args[4]);
        }

        Quiet after = Quiet.reached();
        run(sadc, "-S", "XALL", "1", "1", file);
        Map<String, Double> sar = SarReport.parse(run("sar", "-n", "DEV,TCP,ETCP", "-f", file));
        long segments = new HostReader().sample().counters().inSegments() - start.inSegments();
        long hundredths = Math.round(100 * segments / SarReport.get(sar, "iseg/s"));
        nanos.set(TimeUnit.MILLISECONDS.toNanos(10 * hundredths));
        HostSample sample = reader.sample();
        after.require();

        columns(sample)
                .forEach((column, value) ->
                        System.out.println("column " + column + " " + value + " " + sar.get(column)));
        System.out.println("ratio " + sample.tcp().retransmissionRatio());
        System.out.println("counters " + (sample.counters().outSegments() - start.outSegments()) + " "
                + (sample.counters().retransmittedSegments() - start.retransmittedSegments()));
    }

    private static Map<String, Double> columns(HostSample sample) {
        Map<String, Double> columns = new TreeMap<>();
        TcpRates tcp = sample.tcp();
        columns.put("active/s", tcp.active());
        columns.put("passive/s", tcp.passive());
        columns.put("iseg/s", tcp.inSegments());
        columns.put("oseg/s", tcp.outSegments());
        columns.put("atmptf/s", tcp.attemptFails());
        columns.put("estres/s", tcp.establishedResets());
        columns.put("retrans/s", tcp.retransmittedSegments());
        columns.put("isegerr/s", tcp.inErrors());
        columns.put("orsts/s", tcp.outResets());
        for (InterfaceRates rates : sample.interfaces()) {
            columns.put(rates.name() + ":rxpck/s", rates.rxPackets());
            columns.put(rates.name() + ":txpck/s", rates.txPackets());
            columns.put(rates.name() + ":rxkB/s", rates.rxKilobytes());
            columns.put(rates.name() + ":txkB/s", rates.txKilobytes());
            columns.put(rates.name() + ":rxcmp/s", rates.rxCompressed());
            columns.put(rates.name() + ":txcmp/s", rates.txCompressed());
            columns.put(rates.name() + ":rxmcst/s", rates.rxMulticast());
            columns.put(rates.name() + ":%ifutil", rates.utilisationPercent());
        }
        return columns;
    }

    private static void exchange() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, loopback())) {
            for (int i = 0; i < CONNECTIONS; i++) {
                try (Socket client = new Socket(loopback(), server.getLocalPort());
                        Socket accepted = server.accept()) {
                    client.getOutputStream().write(new byte[5000]);
                    client.shutdownOutput();
                    accepted.getInputStream().readAllBytes();
                }
            }
        }
    }

    private static void refuse() throws IOException {
        int free;
        try (ServerSocket server = new ServerSocket(0, 50, loopback())) {
            free = server.getLocalPort();
        }
        int refused = 0;
        while (refused < 7) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(loopback(), free));
                throw new IllegalStateException("connected to port " + free);
            } catch (ConnectException expected) {
                refused++;
            }
        }
    }

    private static void reset() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, loopback())) {
            for (int i = 0; i < 5; i++) {
                try (Socket client = new Socket(loopback(), server.getLocalPort());
                        Socket accepted = server.accept()) {
                    client.setTcpNoDelay(true);
                    accepted.setSoLinger(true, 0);
                }
            }
        }
    }

    private static void overVeth(SocketAddress peer) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            byte[] bytes = new byte[1400];
            for (int i = 0; i < 10_000; i++) {
                socket.send(new DatagramPacket(bytes, bytes.length, peer));
            }
        }
    }

    /**
     * Retransmits a data segment and a SYN into the void, and lets the first arrive in the end. They are dropped on
     * input: what is dropped on output was never sent, and is not retransmitted.
     */
    private static void lose(String nft) throws Exception {
        HostReader reader = new HostReader();
        try (ServerSocket server = new ServerSocket(0, 50, loopback());
                Socket client = new Socket(loopback(), server.getLocalPort());
                Socket accepted = server.accept();
                SocketChannel syn = SocketChannel.open()) {
            run(
                    nft,
                    "add table ip t; add chain ip t in { type filter hook input priority 0; };"
                            + " add rule ip t in tcp dport " + server.getLocalPort() + " drop");
            TcpCounters before = reader.sample().counters();
            client.getOutputStream().write(7);
            syn.configureBlocking(false);
            syn.connect(server.getLocalSocketAddress());
            await().until(() -> {
                TcpCounters now = reader.sample().counters();
                return now.synRetransmits() > before.synRetransmits()
                        && now.retransmittedSegments() - before.retransmittedSegments()
                                > now.synRetransmits() - before.synRetransmits();
            });
            run(nft, "delete table ip t");
            if (accepted.getInputStream().read() != 7) {
                throw new IllegalStateException("lost for good");
            }
        }
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(Arrays.asList(command));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String output;
        try (InputStream in = process.getInputStream()) {
            output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException(words + ": " + output);
        }
        return output;
    }
}
