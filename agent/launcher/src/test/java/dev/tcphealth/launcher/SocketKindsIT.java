package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of TCP socket Java knows, in every way it can begin and end: each is counted once, under the code path that
 * opened it, and {@code opened + accepted - closed = live} is the number of its descriptors.
 */
class SocketKindsIT {

    private static final int EACH = 2;
    private static final int PORT_THAT_DROPS = 11;

    private Network network;

    // What must have been counted so far.
    private int opened;
    private int accepted;
    private int preexisting;
    private int stateless;
    private int closed;
    private int failed;
    private int collected;
    private int listeners;
    private int timeWait;
    private int timeWaitOfPeer;

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    @BeforeEach
    void makeNetwork() throws Exception {
        network = new Network();
        network.keepTimeWait();
        nft("add", "table", "inet", "filter");
        nft("add", "chain", "inet", "filter", "in", "{ type filter hook input priority 0; }");
        nft("add", "rule", "inet", "filter", "in", "tcp", "dport", Integer.toString(PORT_THAT_DROPS), "drop");
    }

    @AfterEach
    void removeNetwork() throws Exception {
        network.close();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void everyKindIsCountedOnce(Jdk jdk) throws Exception {
        try (ChildProcess peer = inside(Child.command(jdk, KindsPeer.class));
                ChildProcess app = inside(Child.command(jdk, KindsApp.class, Child.javaagent()))) {
            int port = Integer.parseInt(peer.line());
            app.await("ready");
            openAndClose(peer, app, port);
            failToConnect(app, port);
            endInTheirOwnWays(peer, app, port);
            closeFromOtherThreads(app, port);
            others(app);
            loseAndCollect(app, port);
            assertThat(peer.errors()).isEmpty();
            assertThat(app.errors()).isEmpty();
        }
    }

    private void openAndClose(ChildProcess peer, ChildProcess app, int port) throws Exception {
        done(app, "notTcp");
        done(app, "neverConnected");
        done(app, "clients " + port + " " + EACH);
        for (String listening : app.ask("listen").split(" ", -1)) {
            done(peer, "connect " + listening + " " + EACH);
        }
        done(app, "accept " + EACH);
        int clients = KindsApp.CLIENTS.size() * EACH;
        int servers = KindsApp.ACCEPTORS.size() * EACH;
        opened = clients + 2;
        accepted = servers;
        listeners = KindsApp.ACCEPTORS.size();
        stateless = 2; // never connected
        settled(() -> {
            states(app, "Established", clients + servers);
            assertPaths(app, KindsApp.CLIENTS.keySet(), Map.of("Opened", 2, "Live", 2, "Established", 2, "Failed", 0));
            assertPaths(app, KindsApp.ACCEPTORS, Map.of("Accepted", 2, "Live", 2, "Established", 2));
            assertPaths(app, List.of("neverConnected"), Map.of("Opened", 2, "Live", 2, "Established", 0));
            numbers(app);
        });

        for (String name : List.of("notTcp", "neverConnected", "clients", "accepted", "listeners")) {
            done(app, "close " + name);
        }
        closed = opened + accepted;
        stateless = 0;
        failed = 2;
        listeners = 0;
        timeWait = clients + servers;
        settled(() -> {
            assertPaths(app, KindsApp.CLIENTS.keySet(), Map.of("TimeWait", 2, "Live", 0));
            assertPaths(app, KindsApp.ACCEPTORS, Map.of("TimeWait", 2, "Live", 0));
            assertPaths(app, List.of("neverConnected"), Map.of("TimeWait", 0, "Live", 0, "Failed", 2));
            assertPaths(app, List.of("closeOnce"), Map.of("TimeWaitByCloser", timeWait, "Closed", closed));
            assertPaths(app, List.of("closeAgain"), Map.of("TimeWaitByCloser", 0, "Closed", 0));
            numbers(app);
        });
    }

    private void failToConnect(ChildProcess app, int port) throws Exception {
        done(app, "refused " + KindsApp.PORT_OF_NOBODY + " " + EACH);
        done(app, "unanswered " + PORT_THAT_DROPS + " " + EACH);
        done(app, "neverFinished " + port + " " + EACH);
        int attempts = (KindsApp.REFUSED.size() + KindsApp.UNANSWERED.size()) * EACH;
        opened += attempts + EACH;
        closed += attempts + EACH;
        failed += attempts;
        timeWait += EACH;
        settled(() -> {
            assertPaths(app, List.of("neverFinished"), Map.of("TimeWait", EACH, "Failed", 0, "Opened", EACH));
            assertPaths(app, KindsApp.UNANSWERED.keySet(), Map.of("TimeWait", 0, "Live", 0));
            numbers(app);
        });
    }

    private void endInTheirOwnWays(ChildProcess peer, ChildProcess app, int port) throws Exception {
        for (String way : List.of("halfClosed", "closeWait", "resetByPeer", "linger0")) {
            done(app, way + " " + port + " " + EACH);
        }
        done(app, "deferred " + port);
        int halfClosed = KindsApp.HALF_CLOSED.size() * EACH;
        int closeWait = KindsApp.CLOSE_WAIT.size() * EACH;
        opened += halfClosed + closeWait + (KindsApp.RESET_BY_PEER.size() + KindsApp.LINGER_0.size()) * EACH + 1;
        timeWait += halfClosed + 1;
        stateless = KindsApp.RESET_BY_PEER.size() * EACH;
        settled(() -> {
            states(app, "CloseWait", closeWait);
            assertPaths(app, KindsApp.HALF_CLOSED.keySet(), Map.of("TimeWait", EACH, "Live", EACH));
            assertPaths(app, KindsApp.CLOSE_WAIT.keySet(), Map.of("CloseWait", EACH, "Live", EACH));
            assertPaths(app, KindsApp.RESET_BY_PEER.keySet(), Map.of("Live", EACH, "TimeWait", 0));
            assertPaths(app, KindsApp.LINGER_0.keySet(), Map.of("Live", EACH, "Established", EACH));
            assertPaths(app, List.of("deferred"), Map.of("Closed", 1, "TimeWaitByCloser", 1));
            numbers(app);
        });

        for (String way : List.of("halfClosed", "closeWait", "resetByPeer", "linger0")) {
            done(app, "close " + way);
        }
        done(app, "select");
        timeWaitOfPeer = closeWait;
        closed = opened + accepted;
        stateless = 0;
        settled(() -> {
            states(app, "CloseWait", 0);
            assertPaths(app, KindsApp.HALF_CLOSED.keySet(), Map.of("TimeWait", EACH, "Live", 0));
            assertPaths(app, KindsApp.CLOSE_WAIT.keySet(), Map.of("TimeWait", 0, "CloseWait", 0, "Live", 0));
            assertPaths(app, KindsApp.RESET_BY_PEER.keySet(), Map.of("TimeWait", 0, "Live", 0));
            assertPaths(app, KindsApp.LINGER_0.keySet(), Map.of("TimeWait", 0, "Live", 0));
            assertPaths(app, List.of("deferred"), Map.of("TimeWaitByCloser", 1));
            numbers(app);
        });

        for (String listening : app.ask("listen").split(" ", -1)) {
            done(peer, "reset " + listening + " " + EACH);
        }
        done(app, "accept " + EACH);
        accepted += KindsApp.ACCEPTORS.size() * EACH;
        listeners = KindsApp.ACCEPTORS.size();
        stateless = KindsApp.ACCEPTORS.size() * EACH; // reset, and not closed
        settled(() -> {
            assertPaths(app, KindsApp.ACCEPTORS, Map.of("Accepted", 2 * EACH, "Live", EACH, "Established", 0));
            numbers(app);
        });
        done(app, "close accepted");
        done(app, "close listeners");
        closed = opened + accepted;
        listeners = 0;
        stateless = 0;
    }

    private void closeFromOtherThreads(ChildProcess app, int port) throws Exception {
        done(app, "blocked " + port);
        opened += 4;
        closed += 4;
        timeWait += 4;
        done(app, "stale " + port + " " + EACH);
        done(app, "close stale");
        opened += 2 * EACH;
        closed += 2 * EACH;
        failed += EACH;
        timeWait += EACH;
        done(app, "storm " + port);
        int storm = KindsApp.STORM_THREADS * KindsApp.STORM_EACH;
        opened += storm;
        closed += storm;
        timeWait += storm;
        settled(() -> {
            assertPaths(app, List.of("closeBlocked"), Map.of("TimeWaitByCloser", 4));
            assertPaths(app, List.of("staleConnect"), Map.of("Closed", EACH));
            assertPaths(app, List.of("staleOther"), Map.of("Opened", EACH, "TimeWait", EACH));
            assertPaths(app, List.of("staleClose"), Map.of("Closed", 0, "TimeWaitByCloser", 0));
            assertPaths(app, List.of("stormOpen"), Map.of("TimeWait", storm, "Opened", storm, "Failed", 0));
            assertPaths(app, List.of("stormClose"), Map.of("TimeWaitByCloser", storm, "Closed", storm));
            numbers(app);
        });
    }

    private void others(ChildProcess app) throws Exception {
        done(app, "http");
        opened += 2;
        accepted += 2;
        closed += 4;
        settled(() -> {
            counts(app);
            assertThat(jvm(app, "TimeWaitOthers")).isEqualTo(timeWaitOfPeer);
        });
    }

    private void loseAndCollect(ChildProcess app, int port) throws Exception {
        done(app, "lose " + port + " " + EACH);
        opened += 2 * EACH;
        closed += EACH;
        collected += EACH;
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            done(app, "gc");
            assertThat(jvm(app, "ClosedByCollector")).isEqualTo(EACH);
            assertThat(jvm(app, "Leaked")).isEqualTo(EACH);
        });
        settled(() -> {
            counts(app);
            assertThat(jvm(app, "Leaked")).isEqualTo(EACH);
            assertPaths(app, List.of("loseSocket"), Map.of("ClosedByCollector", EACH, "TimeWait", EACH, "Live", 0));
            assertPaths(app, List.of("loseChannel"), Map.of("ClosedByCollector", 0, "Established", EACH, "Live", EACH));
            assertThat(jvm(app, "TimeWaitOthers")).isEqualTo(timeWaitOfPeer);
        });
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void whatWasOpenBeforeTheAgentIsSeenToEnd(Jdk jdk) throws Exception {
        try (ChildProcess peer = inside(Child.command(jdk, KindsPeer.class));
                ChildProcess app = inside(Child.command(jdk, KindsApp.class))) {
            int port = Integer.parseInt(peer.line());
            app.await("ready");
            String background = app.ask("acceptInBackground");
            done(app, "notTcp");
            done(app, "clients " + port + " " + EACH);
            done(app, "halfClosed " + port + " " + EACH);
            done(app, "closeWait " + port + " " + EACH);
            done(app, "sockets " + port + " " + EACH);
            int clients = KindsApp.CLIENTS.size() * EACH;
            int halfClosed = KindsApp.HALF_CLOSED.size() * EACH;
            int closeWait = KindsApp.CLOSE_WAIT.size() * EACH;

            Child.Finished attached = Child.cli(jdk, "attach", Long.toString(app.pid()), "interval=1s");
            assertThat(attached.exit()).as(attached.errors()).isZero();
            done(peer, "connect " + background + " 2");
            // The thread was in accept when the agent came, so the first connection went past it.
            accepted = 1;
            preexisting = clients + closeWait + EACH + 1; // those in TIME_WAIT have no inode to be found by
            settled(() -> {
                assertThat(jvm(app, "Accepted")).isEqualTo(accepted);
                assertThat(jvm(app, "Opened")).isZero();
                assertThat(jvm(app, "Preexisting")).isEqualTo(preexisting);
                assertThat(jvm(app, "Live")).isEqualTo(accepted + preexisting);
                assertRow(
                        app,
                        "(opened before the agent)",
                        Map.of("Established", clients + EACH + 1, "CloseWait", closeWait, "Opened", 0));
            });

            for (String name : List.of("clients", "halfClosed", "closeWait", "background", "notTcp")) {
                done(app, "close " + name);
            }
            done(app, "forget sockets");
            collected = EACH;
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                done(app, "gc");
                assertThat(jvm(app, "ClosedByCollector")).isEqualTo(EACH);
            });
            closed = accepted + preexisting;
            timeWaitOfPeer = closeWait;
            timeWait = clients + halfClosed + 2 + EACH;
            settled(() -> {
                assertRow(
                        app,
                        "(opened before the agent)",
                        Map.of("TimeWait", timeWait - 1, "CloseWait", 0, "ClosedByCollector", EACH));
                assertPaths(
                        app,
                        List.of("closeOnce"),
                        Map.of("TimeWaitByCloser", timeWait - EACH, "Closed", clients + halfClosed + closeWait + 2));
                assertRow(app, "(garbage collector)", Map.of("TimeWaitByCloser", EACH));
                numbers(app);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void socketsOfAFactoryAreLeftAlone(Jdk jdk) throws Exception {
        try (ChildProcess peer = inside(Child.command(jdk, KindsPeer.class));
                ChildProcess app = inside(Child.command(jdk, KindsApp.class, Child.javaagent()))) {
            int port = Integer.parseInt(peer.line());
            app.await("ready");
            String background = app.ask("acceptInBackground");
            done(app, "factories " + port);
            done(peer, "connect " + background + " " + EACH);
            opened = 1;
            closed = 1;
            accepted = EACH;
            listeners = 1;
            timeWait = 1;
            settled(() -> numbers(app));
            assertThat(app.errors()).isEmpty();
        }
    }

    // ---- what is compared

    /** All that must hold at rest. */
    private void numbers(ChildProcess app) throws Exception {
        counts(app);
        states(app, "TimeWait", timeWait);
        assertThat(network.count("time-wait")).as("TIME_WAIT by ss").isEqualTo(timeWait + timeWaitOfPeer);
        assertThat(jvm(app, "TimeWaitOthers")).as("TimeWaitOthers").isEqualTo(timeWaitOfPeer);
        assertThat(Child.sum(app, "type=CodePaths", "", "TimeWait"))
                .as("TimeWait of all paths")
                .isEqualTo(timeWait);
    }

    private void counts(ChildProcess app) throws Exception {
        int live = opened + accepted + preexisting - closed;
        assertThat(jvm(app, "Opened")).as("Opened").isEqualTo(opened);
        assertThat(jvm(app, "Accepted")).as("Accepted").isEqualTo(accepted);
        assertThat(jvm(app, "Closed")).as("Closed").isEqualTo(closed);
        assertThat(jvm(app, "Failed")).as("Failed").isEqualTo(failed);
        assertThat(jvm(app, "ClosedByCollector")).as("ClosedByCollector").isEqualTo(collected);
        assertThat(jvm(app, "Listeners")).as("Listeners").isEqualTo(listeners);
        assertThat(jvm(app, "Live")).as("Live").isEqualTo(live);
        assertThat(jvm(app, "Preexisting")).as("Preexisting").isEqualTo(preexisting);
        assertThat(jvm(app, "CoverageKnown")).as("CoverageKnown").isEqualTo(live + listeners - stateless);
        assertThat(jvm(app, "CoverageStateless")).as("CoverageStateless").isEqualTo(stateless);
        assertThat(jvm(app, "CoverageDescriptors")).as("CoverageDescriptors").isEqualTo(live + listeners);
        assertThat(Descriptors.tcp(app.pid())).as("TCP descriptors").isEqualTo(live + listeners);
        for (String column : List.of("Opened", "Accepted", "Failed", "ClosedByCollector")) {
            assertThat(Child.sum(app, "type=CodePaths", "", column))
                    .as(column + " of all paths")
                    .isEqualTo(jvm(app, column));
        }
        assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
        assertThat(Child.number(app, "type=Agent", "EventsDropped")).isZero();
    }

    private static void states(ChildProcess app, String state, int expected) throws InterruptedException {
        assertThat(jvm(app, state)).as(state).isEqualTo(expected);
    }

    private static long jvm(ChildProcess app, String attribute) throws InterruptedException {
        return Child.number(app, "type=Jvm", attribute);
    }

    /** The rows of methods of the app. */
    private static void assertPaths(ChildProcess app, Collection<String> methods, Map<String, Integer> expected)
            throws InterruptedException {
        List<Map<String, String>> rows = Child.table(app, "type=CodePaths");
        for (String method : methods) {
            assertColumns(rows, "KindsApp." + method + "(", expected);
        }
    }

    private static void assertRow(ChildProcess app, String name, Map<String, Integer> expected)
            throws InterruptedException {
        assertColumns(Child.table(app, "type=CodePaths"), name, expected);
    }

    private static void assertColumns(List<Map<String, String>> rows, String name, Map<String, Integer> expected) {
        expected.forEach((column, value) -> assertThat(rows.stream()
                        .filter(row -> row.getOrDefault("Name", "").contains(name))
                        .mapToLong(row -> Long.parseLong(row.getOrDefault(column, "")))
                        .sum())
                .as(name + " " + column)
                .isEqualTo(value.longValue()));
    }

    /** What was counted before does not hold after any step, so no Snapshot of before can pass for one of after. */
    private static void settled(ThrowingRunnable holds) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(holds);
    }

    private static void done(ChildProcess child, String command) throws InterruptedException {
        assertThat(child.ask(command)).as(command + "\n" + child.errors()).isEqualTo("done");
    }

    private void nft(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("nft"));
        command.addAll(List.of(arguments));
        Network.run(network.inside(command.toArray(String[]::new)).toArray(String[]::new));
    }

    private ChildProcess inside(List<String> command) throws IOException {
        return Child.start(network.inside(command.toArray(String[]::new)));
    }
}
