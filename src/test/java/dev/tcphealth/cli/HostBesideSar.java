package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tcphealth.kernel.HostReader;
import dev.tcphealth.testing.Network;
import dev.tcphealth.testing.Quiet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Run inside a network namespace of its own: lets {@link HostReport} and sar's collector read at the same four instants,
 * with traffic between them, and prints what both make of it. Both see the same, as they read while nothing moves, and
 * the report is given the very intervals sar divides by: whole numbers of 10 ms, told by one large column.
 *
 * <p>Arguments: the path of sadc, and a file for it to write.
 */
final class HostBesideSar {
    private static final int INTERVALS = 3;

    private HostBesideSar() {}

    public static void main(String[] args) throws Exception {
        String sadc = args[0];
        String file = args[1];
        AtomicLong nanos = new AtomicLong();
        HostReader counters = new HostReader();
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        HostReport report = new HostReport(
                new HostReader(Path.of("/proc"), Path.of("/sys"), nanos::get),
                () -> LocalTime.NOON,
                new PrintStream(page, true, UTF_8),
                System.err);

        Quiet begin = Quiet.reached();
        report.begin();
        Network.run(sadc, "-S", "XALL", "1", "1", file);
        begin.require();
        String sar = "";
        for (int i = 0; i < INTERVALS; i++) {
            long before = counters.sample().counters().inSegments();
            exchange(200 + 100 * i);
            refuse(3 * i + 1);
            Quiet quiet = Quiet.reached();
            Network.run(sadc, "-S", "XALL", "1", "1", file);
            sar = Network.run("env", "LC_ALL=C", "sar", "-n", "DEV,TCP,ETCP", "-f", file);
            long segments = counters.sample().counters().inSegments() - before;
            List<Double> rates = SarPage.parse(sar).intervals().getOrDefault("iseg/s", List.of());
            long hundredths = Math.round(100 * segments / rates.get(i));
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(10 * hundredths));
            report.interval();
            quiet.require();
        }
        report.averages();
        System.out.println(sar);
        System.out.println("-- ours");
        System.out.println(page.toString(UTF_8));
    }

    private static void exchange(int connections) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, loopback())) {
            for (int i = 0; i < connections; i++) {
                try (Socket client = new Socket(loopback(), server.getLocalPort());
                        Socket accepted = server.accept()) {
                    client.getOutputStream().write(new byte[5000]);
                    client.shutdownOutput();
                    accepted.getInputStream().readAllBytes();
                    if (i % 10 == 0) {
                        accepted.setSoLinger(true, 0);
                    }
                }
            }
        }
    }

    private static void refuse(int times) throws IOException {
        int free;
        try (ServerSocket server = new ServerSocket(0, 50, loopback())) {
            free = server.getLocalPort();
        }
        for (int i = 0; i < times; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(loopback(), free));
                throw new IllegalStateException("connected to port " + free);
            } catch (ConnectException expected) {
                // Again.
            }
        }
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }
}
