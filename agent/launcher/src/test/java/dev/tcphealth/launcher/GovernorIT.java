package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.time.Duration;
import java.util.List;

/**
 * An application that opens connections as fast as it can, and whose stacks are not to be matched, costs the agent more
 * than it may: then stacks are a sample.
 */
class GovernorIT {

    private static final int BATCH = 2000;
    private static final int MOST = 24_000;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String NOT_CAPTURED = "(not captured: max-overhead)";

    @OnEveryJdk
    void fewerStacksAreLookedAtAndCountsStayExact(Jdk jdk) throws Exception {
        String agent = "-javaagent:" + Child.AGENT + "=interval=5s,max-overhead=2,stacks=captured";
        try (Network network = new Network()) {
            network.keepTimeWait();
            try (ChildProcess peer = inside(network, Child.command(jdk, PeerApp.class));
                    ChildProcess app = inside(network, Child.command(jdk, SocketApp.class, agent))) {
                int port = Integer.parseInt(peer.line());
                app.await("ready");
                await().atMost(SOON).until(() -> Child.number(app, "type=Agent", "Samples") >= 1);
                int made = open(app, port, BATCH);
                while (Child.number(app, "type=Agent", "StacksOneIn") == 1) {
                    assertThat(made).as("made without a sign").isLessThan(MOST);
                    made += open(app, port, BATCH);
                }
                int opened = made + open(app, port, BATCH);
                await().atMost(SOON).untilAsserted(() -> exact(app, opened));
                long notCaptured = Child.sum(app, "type=CodePaths", NOT_CAPTURED, "Opened");
                long estimated = Child.sum(app, "type=CodePaths", "SocketApp.pathA(", "Opened");
                assertThat(estimated).isEqualTo(opened - notCaptured);
                assertThat(estimated).as("scaled up").isGreaterThan(opened / 2);
                assertThat(Child.table(app, "type=CodePaths"))
                        .filteredOn(row -> row.getOrDefault("Name", "").contains("SocketApp.pathA("))
                        .isNotEmpty()
                        .allMatch(row -> "true".equals(row.get("Estimated")));
                assertThat(app.ask("jmx type=Agent Missing"))
                        .contains("stacks that are not matched are a sample of 1 in ");
                Child.Finished report = Child.cli(jdk, "report", Long.toString(app.pid()));
                assertThat(String.join(" ", report.output()))
                        .contains("stacks that are not matched are a sample of 1 in ")
                        .contains(NOT_CAPTURED)
                        .contains("~ estimated from a sample of the stacks; totals are exact.");
                assertThat(Double.parseDouble(app.ask("jmx type=Agent HookSeconds")))
                        .isPositive();

                returns(app, port, opened);
            }
        }
    }

    /** With a connection now and then it looks at all again. */
    private static void returns(ChildProcess app, int port, int before) throws Exception {
        int[] opened = {before};
        await().atMost(SOON.multipliedBy(2)).pollInterval(Duration.ofSeconds(1)).until(() -> {
            opened[0] += open(app, port, 1);
            return Child.number(app, "type=Agent", "StacksOneIn") == 1;
        });
        await().atMost(SOON).untilAsserted(() -> exact(app, opened[0]));
        long notCaptured = Child.sum(app, "type=CodePaths", NOT_CAPTURED, "Opened");
        int again = open(app, port, 100);
        await().atMost(SOON).untilAsserted(() -> exact(app, opened[0] + again));
        assertThat(Child.sum(app, "type=CodePaths", NOT_CAPTURED, "Opened")).isEqualTo(notCaptured);
        assertThat(app.ask("jmx type=Agent Missing")).doesNotContain("sample of");
    }

    private static int open(ChildProcess app, int port, int connections) throws InterruptedException {
        assertThat(app.ask("closeA " + port + " " + connections)).isEqualTo("done");
        return connections;
    }

    private static void exact(ChildProcess app, int opened) throws Exception {
        assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(opened);
        assertThat(Child.number(app, "type=Jvm", "Closed")).isEqualTo(opened);
        for (String column : List.of("Opened", "Closed")) {
            assertThat(Child.sum(app, "type=CodePaths", "", column)).as(column).isEqualTo(opened);
        }
        assertThat(Child.sum(app, "type=CodePaths", "", "TimeWait"))
                .as("as the kernel counts them")
                .isEqualTo(Child.number(app, "type=Host", "TimeWait"));
        assertThat(Child.number(app, "type=Jvm", "TimeWaitOthers")).isZero();
        assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
        assertThat(Child.number(app, "type=Agent", "EventsDropped")).isZero();
        assertThat(Child.number(app, "type=Agent", "ClosedForgotten")).isZero();
    }

    private static ChildProcess inside(Network network, List<String> command) throws Exception {
        return Child.start(network.inside(command.toArray(String[]::new)));
    }
}
