package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Over a cable that loses segments, the agent says which code path sent how many again. One path is used after the other,
 * so that the kernel's counter tells the truth of each. {@code -Dtcphealth.loss.seconds=120} for a long run.
 */
class RetransmissionsIT {

    private static final long SECONDS = Long.getLong("tcphealth.loss.seconds", 0);
    private static final int CONNECTIONS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final String APP = "10.9.0.1";
    private static final String PEER = "10.9.0.2";

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    /** A code path of {@link LossApp}, with what it loses on the way there and what the kernel counted while it ran. */
    private static final class Path {
        final String name;
        final int percent;
        final int port;
        long connections;
        long retransmitted;
        long syns;

        Path(String name, int percent, int port) {
            this.name = name;
            this.percent = percent;
            this.port = port;
        }

        String method() {
            return "LossApp." + name + "(";
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void eachToItsCodePath(Jdk jdk) throws Exception {
        try (Network here = new Network();
                Network there = new Network()) {
            here.connect(APP + "/24", there, PEER + "/24");
            for (Network network : List.of(here, there)) {
                network.nft("add table inet loss");
                network.nft("add chain inet loss in { type filter hook input priority 0; }");
            }
            try (ChildProcess peer = Child.start(inside(there, Child.command(jdk, LossPeer.class)));
                    ChildProcess app =
                            Child.start(inside(here, Child.command(jdk, LossApp.class, Child.javaagent())))) {
                app.await("ready");
                Child.awaitSamples(app, 1);
                List<Path> paths = List.of(
                        new Path("first", 1, listen(peer, PEER)),
                        new Path("second", 5, listen(peer, PEER)),
                        new Path("third", 20, listen(peer, PEER)),
                        new Path("accepting", 5, listen(app, APP)));
                long begin = System.nanoTime();
                do {
                    for (Path path : paths) {
                        run(path, app, peer, List.of(here, there));
                    }
                } while (System.nanoTime() - begin < Duration.ofSeconds(SECONDS).toNanos());
                Child.awaitSamples(app, 2);
                assertCounts(jdk, app, paths);
            }
        }
    }

    private static void run(Path path, ChildProcess app, ChildProcess peer, List<Network> networks) throws Exception {
        ProcNet kernel = new ProcNet(app.pid());
        long retransmitted = kernel.counter("snmp", "Tcp", "RetransSegs");
        long syns = kernel.counter("netstat", "TcpExt", "TCPSynRetrans");
        for (Network network : networks) {
            // 20 % both ways would make now and then a connection wait for a minute.
            int percent = network.equals(networks.get(0)) ? Math.min(path.percent, 5) : path.percent;
            for (String end : List.of("sport", "dport")) {
                network.nft("add rule inet loss in tcp " + end + " " + path.port + " numgen random mod 100 < " + percent
                        + " drop");
            }
        }
        if (path.name.equals("accepting")) {
            assertThat(peer.ask("connect " + APP + " " + path.port + " " + CONNECTIONS))
                    .isEqualTo("done");
            assertThat(app.ask("accepting " + CONNECTIONS)).isEqualTo("done");
        } else {
            assertThat(app.ask(path.name + " " + PEER + " " + path.port + " " + CONNECTIONS))
                    .isEqualTo("done");
        }
        for (Network network : networks) {
            network.nft("flush chain inet loss in");
        }
        await().pollInterval(Duration.ofMillis(20)).atMost(PATIENCE).untilAsserted(() -> {
            assertThat(Child.number(app, "type=Jvm", "TimeWaitOthers")).isZero();
            assertThat(Child.number(app, "type=Jvm", "CloseWaitOthers")).isZero();
            assertThat(kernel.rows().stream()
                            .filter(row -> row.state() != ProcNet.LISTEN && row.state() != ProcNet.TIME_WAIT))
                    .isEmpty();
        });
        path.connections += CONNECTIONS;
        path.retransmitted += kernel.counter("snmp", "Tcp", "RetransSegs") - retransmitted;
        path.syns += kernel.counter("netstat", "TcpExt", "TCPSynRetrans") - syns;
    }

    private static void assertCounts(Jdk jdk, ChildProcess app, List<Path> paths) throws Exception {
        ProcNet kernel = new ProcNet(app.pid());
        long total = 0;
        long attributed = 0;
        for (Path path : paths) {
            long counted = Child.sum(app, "type=CodePaths", path.method(), "SegmentsRetransmitted");
            assertThat(counted).as(path.name).isLessThanOrEqualTo(path.retransmitted);
            assertThat(Child.sum(app, "type=CodePaths", path.method(), "SynRetransmitted"))
                    .as("SYNs of " + path.name)
                    .isEqualTo(path.syns);
            assertThat(Child.sum(app, "type=CodePaths", path.method(), "TimeWait"))
                    .as("TIME_WAIT of " + path.name)
                    .isEqualTo(kernel.count(row -> row.state() == ProcNet.TIME_WAIT
                            && (row.remotePort() == path.port || row.localPort() == path.port)));
            total += path.retransmitted;
            attributed += counted;
            System.out.printf(
                    "%s: %s, %d %% lost: %d of %d retransmitted segments attributed, %d SYNs%n",
                    jdk, path.name, path.percent, counted, path.retransmitted, path.syns);
        }
        System.out.printf("%s: %.2f %% attributed%n", jdk, 100.0 * attributed / total);
        assertThat(attributed).as("attributed of " + total).isGreaterThanOrEqualTo((long) Math.ceil(0.99 * total));

        long host = kernel.counter("snmp", "Tcp", "RetransSegs");
        assertThat(Child.cli(jdk, "report", Long.toString(app.pid()), "--json")
                        .output()
                        .toString())
                .contains("\"retransmittedSegments\":{\"host\":" + host + ",\"ours\":" + attributed + ",\"others\":"
                        + (host - attributed) + "}");
        assertThat(Child.number(app, "type=Jvm", "Opened"))
                .isEqualTo(kernel.counter("snmp", "Tcp", "ActiveOpens"))
                .isEqualTo(paths.stream()
                        .filter(path -> !path.name.equals("accepting"))
                        .mapToLong(path -> path.connections)
                        .sum());
        assertThat(Child.number(app, "type=Jvm", "Accepted")).isEqualTo(kernel.counter("snmp", "Tcp", "PassiveOpens"));
        assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
    }

    private static int listen(ChildProcess at, String address) throws InterruptedException {
        return Integer.parseInt(at.ask("listen " + address));
    }

    private static List<String> inside(Network network, List<String> command) throws IOException {
        return network.inside(command.toArray(String[]::new));
    }
}
