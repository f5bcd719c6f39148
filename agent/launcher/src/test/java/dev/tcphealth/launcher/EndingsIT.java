package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Connections that end in every way, of every kind of socket, connected and accepted: the agent names each way rightly.
 * The kernel's own word on it is TIME_WAIT, which only an active close leaves, and its counters of resets at close.
 */
class EndingsIT {

    private static final int EACH = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(5);

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    /** What the agent is to call a connection's end. */
    private enum End {
        ACTIVE_FIN("ActiveFin"),
        PASSIVE_FIN("PassiveFin"),
        OUR_RESET("OurReset"),
        PEER_RESET("PeerReset");

        final String column;

        End(String column) {
            this.column = column;
        }
    }

    /** A way to end connections; the name is that of the method of {@link EndingsApp} that opens them. */
    private record Way(String name, End end, boolean half, Steps steps) {}

    /** Ends the connections of a case, all but the last step, which is our close. */
    private interface Steps {
        void run(Case which) throws Exception;
    }

    /** Of an asynchronous channel nobody remembers the reset by then: it is told as a FIN. */
    private static final String RESET_READ_AFTER_ANSWER = "halfThenAnswerThenResetRead";

    private static final List<Way> WAYS = List.of(
            new Way("ourFin", End.ACTIVE_FIN, false, is -> {}),
            new Way("peerFin", End.PASSIVE_FIN, false, is -> {
                is.peer("close");
                is.awaitState(ProcNet.CLOSE_WAIT);
            }),
            new Way("lingerZero", End.OUR_RESET, false, is -> is.app("linger")),
            new Way("lingerZeroAfterPeerFin", End.OUR_RESET, false, is -> {
                is.peer("close");
                is.awaitState(ProcNet.CLOSE_WAIT);
                is.app("linger");
            }),
            new Way("unread", End.OUR_RESET, false, is -> {
                is.peer("send");
                is.awaitUnread();
            }),
            new Way("unreadAfterPeerFin", End.OUR_RESET, false, is -> {
                is.peer("send");
                is.peer("close");
                is.awaitState(ProcNet.CLOSE_WAIT);
            }),
            new Way("peerReset", End.PEER_RESET, false, is -> {
                is.peer("reset");
                is.awaitGone();
            }),
            new Way("peerResetWithData", End.PEER_RESET, false, is -> {
                is.peer("send");
                is.awaitUnread();
                is.peer("reset");
                is.awaitGone();
            }),
            new Way("halfThenClose", End.ACTIVE_FIN, true, is -> {
                is.app("half");
                is.awaitState(ProcNet.FIN_WAIT2);
            }),
            new Way("halfAfterPeerFin", End.PASSIVE_FIN, true, is -> {
                is.peer("close");
                is.awaitState(ProcNet.CLOSE_WAIT);
                is.app("half");
                is.awaitGone();
            }),
            new Way("bothHalves", End.ACTIVE_FIN, true, is -> {
                is.app("half");
                is.awaitState(ProcNet.FIN_WAIT2);
                is.peer("close");
                is.awaitState(ProcNet.TIME_WAIT);
            }),
            new Way("halfThenUnread", End.OUR_RESET, true, is -> {
                is.app("half");
                is.awaitState(ProcNet.FIN_WAIT2);
                is.peer("send");
                is.awaitUnread();
            }),
            new Way("halfThenReset", End.PEER_RESET, true, is -> {
                is.app("half");
                is.awaitState(ProcNet.FIN_WAIT2);
                is.peer("reset");
                is.awaitGone();
            }),
            new Way("halfThenResetRead", End.PEER_RESET, true, is -> {
                is.app("half");
                is.awaitState(ProcNet.FIN_WAIT2);
                is.peer("reset");
                is.awaitGone();
                is.app("readReset");
            }),
            new Way("halfThenAnswerThenReset", End.PEER_RESET, true, is -> {
                is.app("half");
                is.awaitState(ProcNet.FIN_WAIT2);
                is.peer("send");
                is.awaitUnread();
                is.app("read");
                is.peer("reset");
                is.awaitGone();
            }),
            new Way(RESET_READ_AFTER_ANSWER, End.PEER_RESET, true, is -> {
                is.app("half");
                is.awaitState(ProcNet.FIN_WAIT2);
                is.peer("send");
                is.awaitUnread();
                is.app("read");
                is.peer("reset");
                is.awaitGone();
                is.app("readReset");
            }),
            new Way("halfThenAnswerThenFin", End.ACTIVE_FIN, true, is -> {
                is.app("half");
                is.awaitState(ProcNet.FIN_WAIT2);
                is.peer("send");
                is.awaitUnread();
                is.app("read");
                is.peer("close");
                is.awaitState(ProcNet.TIME_WAIT);
                is.app("read");
            }),
            new Way("unreadHalfAfterPeerFin", End.PASSIVE_FIN, true, is -> {
                is.peer("send");
                is.peer("close");
                is.awaitState(ProcNet.CLOSE_WAIT);
                is.app("half");
                is.awaitGone();
            }));

    @ParameterizedTest
    @MethodSource("jdks")
    void everyWay(Jdk jdk) throws Exception {
        try (Network network = network();
                ChildProcess peer = peer(network, jdk);
                ChildProcess app = app(network, jdk)) {
            everyWay(peer, app);
        }
    }

    private static void everyWay(ChildProcess peer, ChildProcess app) throws Exception {
        List<Case> cases = new ArrayList<>();
        for (Way way : WAYS) {
            for (Wire.Kind kind : Wire.Kind.values()) {
                for (boolean accepted : new boolean[] {false, true}) {
                    boolean possible =
                            !way.name().startsWith("linger") && !way.name().equals(RESET_READ_AFTER_ANSWER);
                    if (kind != Wire.Kind.ASYNCHRONOUS || possible) {
                        Case is = new Case(peer, app, way, kind, accepted);
                        is.end();
                        cases.add(is);
                    }
                }
            }
        }
        Child.awaitSamples(app, 2);

        List<Map<String, String>> destinations = Child.table(app, "type=Destinations");
        List<Map<String, String>> paths = Child.table(app, "type=CodePaths");
        Map<String, Map<String, Long>> actual = new LinkedHashMap<>();
        Map<String, Map<String, Long>> expected = new LinkedHashMap<>();
        for (Case is : cases) {
            actual.put(is.toString(), endings(destinations, is.destination()));
            expected.put(is.toString(), expected(List.of(is)));
        }
        for (Way way : WAYS) {
            actual.put("code path " + way.name(), endings(paths, "EndingsApp." + way.name() + "("));
            expected.put(
                    "code path " + way.name(),
                    expected(cases.stream().filter(is -> is.way.equals(way)).toList()));
        }
        assertThat(actual).isEqualTo(expected);
        assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void collectedAndDeferred(Jdk jdk) throws Exception {
        try (Network network = network();
                ChildProcess peer = peer(network, jdk);
                ChildProcess app = app(network, jdk)) {
            collectedAndDeferred(peer, app);
        }
    }

    private static void collectedAndDeferred(ChildProcess peer, ChildProcess app) throws Exception {
        int port = Integer.parseInt(peer.ask("listen"));
        done(app.ask("leave " + port));
        done(peer.ask("accept " + port + " 1"));
        await().atMost(PATIENCE).untilAsserted(() -> {
            done(app.ask("collect"));
            assertThat(Child.sum(app, "type=CodePaths", "EndingsApp.leave(", "ClosedByCollector"))
                    .isEqualTo(1);
        });
        int other = Integer.parseInt(peer.ask("listen"));
        done(app.ask("defer " + other));
        Child.awaitSamples(app, 2);

        Map<String, Long> once = Map.of(
                "ActiveFin", 1L, "PassiveFin", 0L, "OurReset", 0L, "PeerReset", 0L, "HalfClosed", 0L, "Deferred", 0L);
        List<Map<String, String>> destinations = Child.table(app, "type=Destinations");
        List<Map<String, String>> paths = Child.table(app, "type=CodePaths");
        assertThat(endings(destinations, "127.0.0.1:" + port)).isEqualTo(once);
        assertThat(endings(paths, "EndingsApp.leave(")).isEqualTo(once);
        assertThat(Child.number(app, "type=Jvm", "ClosedByCollector")).isEqualTo(1);
        Map<String, Long> deferred = new HashMap<>(once);
        deferred.put("Deferred", 1L);
        assertThat(endings(destinations, "127.0.0.1:" + other)).isEqualTo(deferred);
        assertThat(endings(paths, "EndingsApp.defer(")).isEqualTo(deferred);
    }

    private static Network network() throws IOException {
        Network network = new Network();
        // On loopback the kernel takes ports that are in TIME_WAIT again after a second: then there would be fewer.
        network.set("net/ipv4/tcp_tw_reuse", "0");
        return network;
    }

    private static ChildProcess peer(Network network, Jdk jdk) throws IOException {
        return Child.start(inside(network, Child.command(jdk, EndingsPeer.class)));
    }

    /** With the agent, which has begun to sample and so can ask the kernel. */
    private static ChildProcess app(Network network, Jdk jdk) throws Exception {
        String agent = Child.javaagent("app=" + EndingsApp.class.getName());
        ChildProcess app = Child.start(inside(network, Child.command(jdk, EndingsApp.class, agent)));
        app.await("ready");
        Child.awaitSamples(app, 1);
        return app;
    }

    private static List<String> inside(Network network, List<String> command) {
        return network.inside(command.toArray(String[]::new));
    }

    private static void done(String answer) {
        assertThat(answer).isEqualTo("done");
    }

    /** The sums of the columns over the rows with such a name. */
    private static Map<String, Long> endings(List<Map<String, String>> rows, String name) {
        Map<String, Long> sums = new HashMap<>();
        for (String column : List.of("ActiveFin", "PassiveFin", "OurReset", "PeerReset", "HalfClosed", "Deferred")) {
            sums.put(
                    column,
                    rows.stream()
                            .filter(row -> row.getOrDefault("Name", "").contains(name))
                            .mapToLong(row -> Long.parseLong(row.get(column)))
                            .sum());
        }
        return sums;
    }

    private static Map<String, Long> expected(List<Case> cases) {
        Map<String, Long> sums = new HashMap<>();
        for (End end : End.values()) {
            sums.put(
                    end.column,
                    EACH * cases.stream().filter(is -> is.end == end).count());
        }
        sums.put("HalfClosed", EACH * cases.stream().filter(is -> is.way.half()).count());
        sums.put("Deferred", 0L);
        return sums;
    }

    /** Connections of one kind that are ended in one way, at a port of their own. */
    private static final class Case {

        final ChildProcess peer;
        final ChildProcess app;
        final ProcNet kernel;
        final Way way;
        final Wire.Kind kind;
        final boolean accepted;
        final End end;
        final int port;

        Case(ChildProcess peer, ChildProcess app, Way way, Wire.Kind kind, boolean accepted) throws Exception {
            this.peer = peer;
            this.app = app;
            this.kernel = new ProcNet(app.pid());
            this.way = way;
            this.kind = kind;
            this.accepted = accepted;
            // Socket.close sends a FIN of its own first, and on loopback it is acknowledged before the reset is due.
            boolean tooLate = way.name().equals("unreadAfterPeerFin") && kind == Wire.Kind.SOCKET;
            this.end = tooLate ? End.PASSIVE_FIN : way.end();
            this.port = Integer.parseInt(accepted ? app.ask("listen " + kind) : peer.ask("listen"));
        }

        void end() throws Exception {
            String open = "open " + way.name() + " " + kind + " " + port + " " + EACH;
            if (accepted) {
                done(peer.ask("connect " + port + " " + EACH));
                done(app.ask(open));
            } else {
                done(app.ask(open));
                done(peer.ask("accept " + port + " " + EACH));
            }
            way.steps().run(this);
            long before = resetsAtClose();
            app("close");
            assertThat(resetsAtClose() - before)
                    .as("resets of the kernel, " + this)
                    .isEqualTo(count(End.OUR_RESET));
            // in FIN_WAIT2 or TIME_WAIT
            awaitCount(count(End.ACTIVE_FIN), row -> true);
        }

        private int count(End of) {
            return end == of ? EACH : 0;
        }

        private long resetsAtClose() throws IOException {
            return kernel.counter("netstat", "TcpExt", "TCPAbortOnClose")
                    + kernel.counter("netstat", "TcpExt", "TCPAbortOnData");
        }

        void app(String action) throws InterruptedException {
            done(app.ask(action + " " + port));
        }

        void peer(String action) throws InterruptedException {
            done(peer.ask(action + " " + port));
        }

        void awaitState(int state) {
            awaitCount(EACH, row -> row.state() == state);
        }

        void awaitUnread() {
            awaitCount(EACH, row -> row.unread() > 0);
        }

        void awaitGone() {
            awaitCount(0, row -> true);
        }

        private void awaitCount(int count, Predicate<ProcNet.Row> such) {
            await().pollInterval(POLL)
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(kernel.count(row -> isOurs(row) && such.test(row)))
                            .as(toString())
                            .isEqualTo(count));
        }

        private boolean isOurs(ProcNet.Row row) {
            return row.state() != ProcNet.LISTEN && (accepted ? row.localPort() : row.remotePort()) == port;
        }

        String destination() {
            return (accepted ? "accepted on " : "") + "127.0.0.1:" + port;
        }

        @Override
        public String toString() {
            return way.name() + " " + kind + (accepted ? " accepted" : " connected") + " at " + port;
        }
    }
}
