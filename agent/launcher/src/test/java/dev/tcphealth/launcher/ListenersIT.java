package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners with their accept queues, told apart by inode; and how long connections live. */
class ListenersIT {

    private static final int BACKLOG = 3;

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void queuesAndLifetimes(Jdk jdk) throws Exception {
        try (Network network = new Network();
                ChildProcess peer = Child.start(inside(network, Child.command(jdk, PeerApp.class)));
                ChildProcess app =
                        Child.start(inside(network, Child.command(jdk, ListenersApp.class, Child.javaagent())))) {
            app.await("ready");
            Child.awaitSamples(app, 1);
            String alone = app.ask("server " + BACKLOG);
            String shared = app.ask("channel 0 50");
            assertThat(app.ask("channel " + shared + " 60")).isEqualTo(shared);
            assertThat(app.ask("connect " + shared + " 20")).isEqualTo("20");
            // One more than the backlog is let in (sk_acceptq_is_full).
            assertThat(app.ask("connect " + alone + " 6")).isEqualTo(Integer.toString(BACKLOG + 1));
            String port = peer.line();
            assertThat(app.ask("brief " + port)).isEqualTo("done");
            assertThat(app.ask("long " + port)).isEqualTo("done");
            Child.awaitSamples(app, 2);

            List<Map<String, String>> rows = Child.table(app, "type=Listeners");
            assertThat(rows).hasSize(3);
            assertThat(rows.stream().filter(row -> row.getOrDefault("Name", "").endsWith(":" + alone)))
                    .singleElement()
                    .satisfies(row -> {
                        assertThat(row).containsEntry("Queue", "4").containsEntry("Backlog", "3");
                        assertThat(row.getOrDefault("CodePath", "")).contains("ListenersApp.server(");
                    });
            List<Map<String, String>> both = rows.stream()
                    .filter(row -> row.getOrDefault("Name", "").endsWith(":" + shared))
                    .toList();
            assertThat(both)
                    .hasSize(2)
                    .allSatisfy(
                            row -> assertThat(row.getOrDefault("CodePath", "")).contains("ListenersApp.channel("));
            assertThat(both.stream().map(row -> row.getOrDefault("Backlog", "")))
                    .containsExactlyInAnyOrder("50", "60");
            assertThat(both.stream()
                            .mapToLong(row -> Long.parseLong(row.getOrDefault("Queue", "")))
                            .sum())
                    .isEqualTo(20);
            ProcNet kernel = new ProcNet(app.pid());
            assertThat(rows.stream()
                            .map(row -> Long.parseLong(row.getOrDefault("Inode", "")))
                            .collect(Collectors.toSet()))
                    .isEqualTo(kernel.rows().stream()
                            .filter(row -> row.state() == ProcNet.LISTEN)
                            .filter(row -> row.localPort() != Integer.parseInt(port))
                            .map(ProcNet.Row::inode)
                            .collect(Collectors.toSet()));
            assertThat(Child.number(app, "type=Host", "TotalListenOverflows"))
                    .isPositive()
                    .isLessThanOrEqualTo(kernel.counter("netstat", "TcpExt", "ListenOverflows"));

            assertThat(median(app, "brief")).isBetween(10.0, 100.0);
            assertThat(median(app, "lengthy")).isBetween(300.0, 600.0);
            assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
        }
    }

    private static double median(ChildProcess app, String method) throws InterruptedException {
        return Child.table(app, "type=CodePaths").stream()
                .filter(row -> row.getOrDefault("Name", "").contains("ListenersApp." + method + "(")
                        && !row.getOrDefault("Opened", "").equals("0"))
                .mapToDouble(row -> Double.parseDouble(row.getOrDefault("LifetimeMedianMillis", "")))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> inside(Network network, List<String> command) {
        return network.inside(command.toArray(String[]::new));
    }
}
