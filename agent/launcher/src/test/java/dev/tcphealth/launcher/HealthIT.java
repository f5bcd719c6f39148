package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JVM that misbehaves in each of the ways the rules know: the right finding is raised within three samples, names the
 * code path and the destination, and is cleared when the cause has ended. {@code -Dtcphealth.health.seconds=120} for a
 * longer time of behaving well.
 */
class HealthIT {

    private static final long WELL_SECONDS = Long.getLong("tcphealth.health.seconds", 10);

    /** A sample may be under way when the cause begins. */
    private static final int SAMPLES = 3 + 1;

    /** The default of retransmission-segments. */
    private static final int SEGMENTS = 1000;

    private static final String LOOPBACK = "127.0.0.1";
    private static final String APP = "10.9.1.1";
    private static final String PEER = "10.9.1.2";

    @OnEveryJdk
    void eachMistakeIsFoundAndForgotten(Jdk jdk) throws Exception {
        try (Network network = new Network();
                ChildProcess app = start(network, jdk)) {
            String echo = app.ask("echo");
            String hangUp = app.ask("hangUp");

            int since = begin(app, "churns", LOOPBACK, echo);
            raised(app, since, SAMPLES, "no-reuse", "WARNING", "HealthApp.churns(", LOOPBACK + ":" + echo);
            cleared(app, "no-reuse");

            since = begin(app, "neverCloses", LOOPBACK, hangUp);
            // They must first be in that state for a second.
            raised(app, since, SAMPLES + 1, "close-wait", "WARNING", "HealthApp.neverCloses(", LOOPBACK + ":" + hangUp);
            cleared(app, "close-wait");

            since = begin(app, "isRefused", LOOPBACK, "9");
            raised(app, since, SAMPLES, "connects-failing", "CRITICAL", "HealthApp.isRefused(", LOOPBACK + ":9");
            cleared(app, "connects-failing");

            String deaf = app.ask("deaf");
            since = begin(app, "crowds", LOOPBACK, deaf);
            raised(app, since, SAMPLES, "accept-queue", "CRITICAL", "HealthApp.answer(", LOOPBACK + ":" + deaf);
            cleared(app, "accept-queue");

            since = begin(app, "losesSockets", LOOPBACK, echo);
            raised(app, since, SAMPLES, "leaked", "WARNING", "HealthApp.losesSockets(", "");
            cleared(app, "leaked");

            // Nothing but the end of the JVM ends this one.
            since = begin(app, "losesChannels", LOOPBACK, echo);
            raised(app, since, SAMPLES, "leaked", "CRITICAL", "HealthApp.losesChannels(", LOOPBACK + ":" + echo);
            app.ask("stop");
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void portsAndDescriptorsThatRunOut(Jdk jdk) throws Exception {
        try (Network network = new Network()) {
            network.set("net/ipv4/ip_local_port_range", "40000 40021");
            try (ChildProcess app = start(network, jdk)) {
                String echo = app.ask("echo");
                int since = begin(app, "usesAllPorts", LOOPBACK, echo);
                raised(app, since, SAMPLES, "ports", "CRITICAL", "HealthApp.usesAllPorts(", LOOPBACK + ":" + echo);
                cleared(app, "ports");
            }
            network.set("net/ipv4/ip_local_port_range", "40000 60000");
            List<String> limited = new ArrayList<>(List.of("sh", "-c", "ulimit -n 300 && exec \"$@\"", "sh"));
            limited.addAll(Child.command(jdk, HealthApp.class, Child.javaagent()));
            try (ChildProcess app = Child.start(network.inside(limited.toArray(String[]::new)))) {
                app.await("ready");
                Child.awaitSamples(app, 1);
                String echo = app.ask("echo");
                int since = begin(app, "opensMany", LOOPBACK, echo);
                raised(app, since, SAMPLES, "limits-near", "WARNING", "HealthApp.", "");
                cleared(app, "limits-near");
            }
        }
    }

    @OnEveryJdk
    void lossOnTheWay(Jdk jdk) throws Exception {
        try (Network here = new Network();
                Network there = new Network()) {
            here.connect(APP + "/24", there, PEER + "/24");
            there.nft("add table inet loss");
            there.nft("add chain inet loss in { type filter hook input priority 0; }");
            try (ChildProcess peer = Child.start(
                            there.inside(Child.command(jdk, LossPeer.class).toArray(String[]::new)));
                    ChildProcess app = start(here, jdk)) {
                String port = peer.ask("listen " + PEER);
                there.nft("add rule inet loss in tcp dport " + port + " numgen random mod 100 < 5 drop");
                begin(app, "sends", PEER, port);
                int since = enoughToJudge(app);
                raised(app, since, SAMPLES, "retransmission", "CRITICAL", "HealthApp.sends(", PEER + ":" + port);
                assertThat(find(app, "retransmission").get("Title")).contains("on the local network");
                there.nft("flush chain inet loss in");
                await("cleared")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> find(app, "retransmission").isEmpty());
                app.ask("stop");
            }
        }
    }

    @OnEveryJdk
    void whoBehavesWellHearsNothing(Jdk jdk) throws Exception {
        try (Network network = new Network();
                ChildProcess app = start(network, jdk)) {
            begin(app, "keeps", LOOPBACK, app.ask("echo"));
            long end = System.nanoTime() + Duration.ofSeconds(WELL_SECONDS).toNanos();
            while (System.nanoTime() < end) {
                Child.awaitSamples(app, 1);
                assertThat(findings(app)).isEmpty();
            }
            assertThat(Child.number(app, "type=Jvm", "Opened")).isGreaterThan(WELL_SECONDS / 2);
            assertThat(app.ask("stop")).isEqualTo("stopped");
            assertThat(app.errors()).isEmpty();
        }
    }

    private static ChildProcess start(Network network, Jdk jdk) throws Exception {
        ChildProcess app =
                Child.start(network.inside(Child.command(jdk, HealthApp.class, Child.javaagent("close-wait=1s"))
                        .toArray(String[]::new)));
        app.await("ready");
        Child.awaitSamples(app, 1);
        return app;
    }

    /** Gives the samples there were before. */
    private static int begin(ChildProcess app, String way, String host, String port) throws Exception {
        int samples = (int) Child.number(app, "type=Agent", "Samples");
        assertThat(app.ask(way + " " + host + " " + port)).isEqualTo("begun");
        return samples;
    }

    /** Waits for as many segments as are judged, which may take long on a busy machine; gives the samples until then. */
    private static int enoughToJudge(ChildProcess app) throws InterruptedException {
        await("segments")
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(60))
                .until(() -> Child.sum(app, "type=Destinations", "", "SegmentsSent") >= SEGMENTS);
        return (int) Child.number(app, "type=Agent", "Samples");
    }

    private static void raised(
            ChildProcess app,
            int since,
            int within,
            String rule,
            String severity,
            String codePath,
            String destination) {
        long[] samples = new long[1];
        Map<String, String> raised = await(rule)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            // Read before the finding: this thread may be kept waiting after it.
                            samples[0] = Child.number(app, "type=Agent", "Samples");
                            return find(app, rule);
                        },
                        finding -> finding.getOrDefault("Severity", "").equals(severity));
        assertThat(raised)
                .hasEntrySatisfying("CodePath", name -> assertThat(name).contains(codePath))
                .hasEntrySatisfying("Destination", name -> assertThat(name).isEqualTo(destination));
        assertThat(samples[0] - since).as(rule).isLessThanOrEqualTo(within);
    }

    private static void cleared(ChildProcess app, String rule) throws Exception {
        assertThat(app.ask("stop")).isEqualTo("stopped");
        await(rule + " cleared")
                .pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(60))
                .until(() -> find(app, rule).isEmpty());
    }

    private static Map<String, String> find(ChildProcess app, String rule) throws InterruptedException {
        return findings(app).stream()
                .filter(finding -> rule.equals(finding.get("Rule")))
                .findFirst()
                .orElse(Map.of());
    }

    private static List<Map<String, String>> findings(ChildProcess app) throws InterruptedException {
        return Child.table(app, "type=Health", "Findings");
    }
}
