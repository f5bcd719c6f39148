package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.util.List;
import java.util.Map;

/** How connecting comes out, and how long it takes, per destination and by every kind of socket. */
class ConnectsIT {

    private static final String APP = "10.9.0.1";
    private static final String PEER = "10.9.0.2";
    private static final int EACH = 3;

    private static final List<String> KINDS = List.of("socket", "channel", "adaptor", "selector", "asynchronous");
    private static final List<String> OUTCOMES =
            List.of("Connected", "Refused", "TimedOut", "Unreachable", "NoLocalPort", "ConnectFailed");

    private static final int REFUSING = 4001;
    private static final int SILENT = 4101;
    private static final int GIVEN_UP = 4201;
    private static final int LATE = 4301;
    private static final int UNREACHABLE = 4401;
    private static final int ABSENT = 4501;
    private static final int PROHIBITED = 4601;

    @OnEveryJdk
    void outcomesAndTimes(Jdk jdk) throws Exception {
        try (Network here = new Network();
                Network there = new Network()) {
            here.connect(APP + "/24", there, PEER + "/24");
            here.set("net/ipv4/tcp_syn_retries", "1");
            here.set("net/ipv4/tcp_syn_linear_timeouts", "0");
            here.runInside("ip", "route", "add", "prohibit", "10.11.0.0/24");
            there.nft("add table inet loss");
            there.nft("add chain inet loss in { type filter hook input priority 0; }");
            there.nft("add rule inet loss in tcp dport 4101-4299 drop");
            there.nft("add rule inet loss in tcp dport 4501-4599 reject with icmpx type host-unreachable");
            // the first SYN of each connection
            there.nft("add set inet loss seen { type inet_service; flags dynamic; }");
            there.nft("add rule inet loss in tcp dport " + LATE
                    + " tcp flags syn tcp sport != @seen add @seen { tcp sport } drop");
            try (ChildProcess peer = Child.start(inside(there, Child.command(jdk, LossPeer.class)));
                    ChildProcess app =
                            Child.start(inside(here, Child.command(jdk, ConnectsApp.class, Child.javaagent())))) {
                app.await("ready");
                Child.awaitSamples(app, 1);
                for (String kind : KINDS) {
                    int i = KINDS.indexOf(kind);
                    assertThat(peer.ask("listen " + PEER + " " + (5001 + i))).isNotEmpty();
                    assertThat(app.ask(kind + " " + PEER + " " + (5001 + i) + " 0 " + EACH))
                            .isEqualTo("3");
                    assertThat(app.ask(kind + " " + PEER + " " + (REFUSING + i) + " 0 " + EACH))
                            .startsWith("0 ");
                    assertThat(app.ask(kind + " 10.10.0.1 " + (UNREACHABLE + i) + " 0 " + EACH))
                            .startsWith("0 ");
                }
                assertThat(app.ask("socket " + PEER + " " + GIVEN_UP + " 100 " + EACH))
                        .startsWith("0 ");
                assertThat(app.ask("adaptor " + PEER + " " + (GIVEN_UP + 2) + " 100 " + EACH))
                        .startsWith("0 ");
                assertThat(peer.ask("listen " + PEER + " " + LATE)).isNotEmpty();
                assertThat(app.ask("socket " + PEER + " " + LATE + " 0 1")).isEqualTo("1");
                // The kernel gives up 3 s after the first SYN and one more.
                assertThat(app.ask("socket " + PEER + " " + SILENT + " 0 1")).startsWith("0 ");
                assertThat(app.ask("selector " + PEER + " " + (SILENT + 3) + " 0 1"))
                        .startsWith("0 ");
                assertThat(app.ask("asynchronous " + PEER + " " + (SILENT + 4) + " 0 1"))
                        .startsWith("0 ");
                // What a router tells that knows no way.
                for (String kind : List.of("socket", "selector", "asynchronous")) {
                    assertThat(app.ask(kind + " " + PEER + " " + (ABSENT + KINDS.indexOf(kind)) + " 0 1"))
                            .startsWith("0 ");
                }
                for (String kind : KINDS) {
                    assertThat(app.ask(kind + " 10.11.0.1 " + (PROHIBITED + KINDS.indexOf(kind)) + " 0 1"))
                            .contains("BindException: Permission denied");
                }
                Child.awaitSamples(app, 2);

                for (String kind : KINDS) {
                    int i = KINDS.indexOf(kind);
                    assertOutcome(app, PEER + ":" + (5001 + i), "Connected", EACH);
                    assertOutcome(app, PEER + ":" + (REFUSING + i), "Refused", EACH);
                    assertOutcome(app, "10.10.0.1:" + (UNREACHABLE + i), "Unreachable", EACH);
                    assertThat(Double.parseDouble(
                                    row(app, PEER + ":" + (5001 + i)).get("ConnectP99Millis")))
                            .as(kind)
                            .isBetween(0.0, 500.0);
                }
                assertOutcome(app, PEER + ":" + GIVEN_UP, "TimedOut", EACH);
                assertOutcome(app, PEER + ":" + (GIVEN_UP + 2), "TimedOut", EACH);
                assertOutcome(app, PEER + ":" + SILENT, "TimedOut", 1);
                assertOutcome(app, PEER + ":" + (SILENT + 3), "TimedOut", 1);
                assertOutcome(app, PEER + ":" + (SILENT + 4), "TimedOut", 1);
                for (String kind : List.of("socket", "selector", "asynchronous")) {
                    assertOutcome(app, PEER + ":" + (ABSENT + KINDS.indexOf(kind)), "Unreachable", 1);
                }
                for (String kind : KINDS) {
                    assertOutcome(app, "10.11.0.1:" + (PROHIBITED + KINDS.indexOf(kind)), "ConnectFailed", 1);
                }
                assertThat(row(app, PEER + ":" + SILENT)).containsEntry("SynRetransmitted", "1");
                assertOutcome(app, PEER + ":" + LATE, "Connected", 1);
                assertThat(Double.parseDouble(row(app, PEER + ":" + LATE).get("ConnectMedianMillis")))
                        .isBetween(1000.0, 1900.0);
                assertThat(row(app, PEER + ":" + LATE)).containsEntry("SynRetransmitted", "1");
                assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
            }
        }
    }

    private static void assertOutcome(ChildProcess app, String destination, String outcome, int times)
            throws InterruptedException {
        Map<String, String> row = row(app, destination);
        for (String one : OUTCOMES) {
            assertThat(row.get(one))
                    .as(one + " of " + destination)
                    .isEqualTo(one.equals(outcome) ? Integer.toString(times) : "0");
        }
    }

    private static Map<String, String> row(ChildProcess app, String destination) throws InterruptedException {
        return Child.table(app, "type=Destinations").stream()
                .filter(row -> destination.equals(row.get("Name")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row of " + destination));
    }

    private static List<String> inside(Network network, List<String> command) {
        return network.inside(command.toArray(String[]::new));
    }
}
