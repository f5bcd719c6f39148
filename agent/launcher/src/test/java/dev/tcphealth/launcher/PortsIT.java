package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** With 22 ports, two of them reserved, the agent says who towards which destination has none left. */
class PortsIT {

    private static final int PORTS = 20;
    private static final int FULL = 5001;
    private static final int BESIDE = 5002;
    private static final int TAKEN = 5003;

    @OnEveryJdk
    void noneLeft(Jdk jdk) throws Exception {
        try (Network network = new Network()) {
            network.set("net/ipv4/ip_local_port_range", "40000 40021");
            network.set("net/ipv4/ip_local_reserved_ports", "40003,40010");
            network.set("net/ipv4/tcp_tw_reuse", "0");
            try (ChildProcess other = Child.start(inside(network, Child.command(jdk, ConnectsApp.class)));
                    ChildProcess peer = Child.start(inside(network, Child.command(jdk, LossPeer.class)));
                    ChildProcess app =
                            Child.start(inside(network, Child.command(jdk, ConnectsApp.class, Child.javaagent())))) {
                app.await("ready");
                other.await("ready");
                Child.awaitSamples(app, 1);
                for (int port : List.of(FULL, BESIDE)) {
                    assertThat(peer.ask("listen 127.0.0.1 " + port)).isEqualTo(Integer.toString(port));
                }
                assertThat(app.ask("selector 127.0.0.1 " + BESIDE + " 0 3")).isEqualTo("3");
                assertThat(app.ask("socket 127.0.0.1 " + FULL + " 0 15")).isEqualTo("15");
                assertThat(app.ask("closeAll")).isEqualTo("done");
                assertThat(app.ask("channel 127.0.0.1 " + FULL + " 0 5")).isEqualTo("5");
                for (String kind : List.of("socket", "channel", "selector", "asynchronous", "http")) {
                    assertThat(app.ask(kind + " 127.0.0.1 " + FULL + " 0 2"))
                            .contains("Cannot assign requested address");
                }
                Child.awaitSamples(app, 2);
                // A peer that is slow to close holds one in FIN_WAIT2.
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(row(app, FULL))
                                .containsEntry("PortsUsed", "20")
                                .containsEntry("PortsLeft", "0")
                                .containsEntry("TimeWait", "15"));

                Map<String, String> full = row(app, FULL);
                long wanted = 0;
                for (String method : List.of("bySocket", "byChannel", "bySelector", "byAsynchronous", "byHttp")) {
                    long times = Child.sum(app, "type=CodePaths", "ConnectsApp." + method + "(", "NoLocalPort");
                    assertThat(times).as(method).isGreaterThanOrEqualTo(2);
                    wanted += times;
                }
                assertThat(full).containsEntry("NoLocalPort", Long.toString(wanted));
                assertThat(row(app, BESIDE))
                        .containsEntry("PortsUsed", "3")
                        .containsEntry("PortsLeft", Integer.toString(PORTS - 3))
                        .containsEntry("NoLocalPort", "0");

                // Somebody else's sockets, and this JVM has none towards it.
                assertThat(peer.ask("listen 127.0.0.1 " + TAKEN)).isEqualTo(Integer.toString(TAKEN));
                assertThat(other.ask("socket 127.0.0.1 " + TAKEN + " 0 20")).isEqualTo("20");
                assertThat(app.ask("channel 127.0.0.1 " + TAKEN + " 0 2")).contains("Cannot assign requested address");
                Child.awaitSamples(app, 2);
                assertThat(row(app, TAKEN))
                        .containsEntry("PortsUsed", "20")
                        .containsEntry("PortsLeft", "0")
                        .containsEntry("Live", "0")
                        .containsEntry("NoLocalPort", "2");

                // On loopback 2 is as good as 1; both let a new connection have a port that is in TIME_WAIT.
                for (String reuse : List.of("1", "2")) {
                    network.set("net/ipv4/tcp_tw_reuse", reuse);
                    Child.awaitSamples(app, 3);
                    assertThat(row(app, FULL)).as("tcp_tw_reuse " + reuse).containsEntry("PortsLeft", "15");
                }
                assertThat(app.ask("socket 127.0.0.1 " + FULL + " 0 16")).startsWith("15 ");
                Child.awaitSamples(app, 2);
                assertThat(row(app, FULL)).containsEntry("PortsLeft", "0").containsEntry("TimeWait", "0");
                assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
            }
        }
    }

    private static Map<String, String> row(ChildProcess app, int port) throws InterruptedException {
        return Child.table(app, "type=Destinations").stream()
                .filter(row -> ("127.0.0.1:" + port).equals(row.get("Name")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row of " + port));
    }

    private static List<String> inside(Network network, List<String> command) {
        return network.inside(command.toArray(String[]::new));
    }
}
