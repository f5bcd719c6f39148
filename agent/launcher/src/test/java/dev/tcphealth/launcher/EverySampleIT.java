package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Over a cable that loses 1, 5 and 20 % of the segments of three code paths, every sample is compared with the kernel:
 * connections opened and accepted, and the sockets in TIME_WAIT and in CLOSE_WAIT by code path and of others. Each sample
 * is taken when the test says so. Three are taken while all paths open connections: what the kernel shows both before and
 * after must be counted, and no more than what it shows before or after. The next one is taken while they pause, and
 * must be as the kernel says to the last socket, unless a TIME_WAIT ends just then. {@code -Dtcphealth.loss.seconds=120} for a long run.
 */
class EverySampleIT {

    private static final long SECONDS = Long.getLong("tcphealth.loss.seconds", 15);
    private static final int EACH = 10;
    private static final int BUSY = 3;
    private static final int HOUR = 3600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String APP = "10.9.0.1";
    private static final String PEER = "10.9.0.2";

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void isAsTheKernelSays(Jdk jdk) throws Exception {
        try (Network here = new Network();
                Network there = new Network()) {
            here.connect(APP + "/24", there, PEER + "/24");
            here.keepTimeWait();
            try (ChildProcess peer = Child.start(inside(there, command(jdk, LossPeer.class)));
                    ChildProcess app =
                            Child.start(inside(here, command(jdk, EverySampleApp.class, Child.javaagent())));
                    ChildProcess other = Child.start(inside(here, command(jdk, EverySampleApp.class)))) {
                app.await("ready");
                other.await("ready");
                Child.awaitSamples(app, 1);
                assertThat(app.ask("set type=Agent IntervalSeconds " + HOUR)).isEqualTo("done");
                Run run = new Run(peer, app, other, here, there);
                long begin = System.nanoTime();
                do {
                    run.once();
                } while (run.exact < 2
                        || System.nanoTime() - begin
                                < Duration.ofSeconds(SECONDS).toNanos());
                System.out.printf("%s: %s%n", jdk, run);
                run.assertMuchWasCompared();
            }
        }
    }

    private static List<String> command(Jdk jdk, Class<?> app, String... options) {
        List<String> command = Child.command(jdk, app, options);
        command.add(APP);
        return command;
    }

    private static List<String> inside(Network network, List<String> command) {
        return network.inside(command.toArray(String[]::new));
    }

    /** Of one reading of the kernel: sockets by state and by the peer's port, or that of our listener. */
    private record Kernel(long activeOpens, long passiveOpens, int listener, Set<ProcNet.Row> rows) {

        Set<ProcNet.Row> of(int state, int port) {
            return rows.stream()
                    .filter(row -> row.state() == state
                            && (row.localPort() == listener ? row.localPort() : row.remotePort()) == port)
                    .collect(Collectors.toSet());
        }
    }

    /** Of one sample: opened, accepted, and sockets in TIME_WAIT and CLOSE_WAIT by the port that stands for their opener. */
    private record Ours(long opened, long accepted, Map<Integer, Integer> timeWait, Map<Integer, Integer> closeWait) {}

    private static final class Run {

        private final ChildProcess peer;
        private final ChildProcess app;
        private final ChildProcess other;
        private final ProcNet kernel;
        private final Map<String, Integer> ports = new TreeMap<>();
        private final int accepting;
        private final int others;
        private int samples;
        private int exact;
        private int crossed;
        private int mostTimeWait;
        private int mostCloseWait;
        private long opened;
        private long accepted;

        Run(ChildProcess peer, ChildProcess app, ChildProcess other, Network here, Network there) throws Exception {
            this.peer = peer;
            this.app = app;
            this.other = other;
            this.kernel = new ProcNet(app.pid());
            this.accepting = Integer.parseInt(app.ask("port"));
            for (Network network : List.of(here, there)) {
                network.nft("add table inet loss");
                network.nft("add chain inet loss in { type filter hook input priority 0; }");
            }
            begin(here, there, "first", 1);
            begin(here, there, "second", 5);
            begin(here, there, "third", 20);
            others = listen();
            lose(there, others, 5);
            assertThat(other.ask("begin first " + PEER + " " + others)).isEqualTo("done");
        }

        private void begin(Network here, Network there, String path, int percent) throws Exception {
            int port = listen();
            ports.put(path, port);
            lose(there, port, percent);
            // 20 % both ways would make now and then a connection wait for a minute.
            lose(here, port, Math.min(percent, 5));
            assertThat(app.ask("begin " + path + " " + PEER + " " + port)).isEqualTo("done");
        }

        private int listen() throws InterruptedException {
            return Integer.parseInt(peer.ask("listen " + PEER));
        }

        private static void lose(Network network, int port, int percent) throws IOException {
            for (String end : List.of("sport", "dport")) {
                network.nft("add rule inet loss in tcp " + end + " " + port + " numgen random mod 100 < " + percent
                        + " drop");
            }
        }

        void once() throws Exception {
            all("resume");
            for (int i = 0; i < BUSY; i++) {
                whileBusy();
            }
            assertThat(peer.ask("connect " + APP + " " + accepting + " " + EACH))
                    .isEqualTo("done");
            assertThat(app.ask("accepting " + EACH)).isEqualTo("done");
            all("pause");
            await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(this::whileQuiet);
        }

        private void all(String command) throws InterruptedException {
            assertThat(app.ask(command)).isEqualTo("done");
            assertThat(other.ask(command)).isEqualTo("done");
        }

        private void whileBusy() throws Exception {
            Kernel before = kernel();
            long open = kernel.count(row -> row.state() != ProcNet.LISTEN && row.state() != ProcNet.TIME_WAIT);
            Ours ours = sample();
            Kernel after = kernel();
            assertThat(ours.opened).isLessThanOrEqualTo(after.activeOpens);
            assertThat(ours.accepted).isBetween(accepted, after.passiveOpens);
            assertBetween(before, ours.timeWait, after, ProcNet.TIME_WAIT, 0);
            // Those that come into CLOSE_WAIT and leave it between the two readings are in neither.
            long passing = open + after.activeOpens + after.passiveOpens - before.activeOpens - before.passiveOpens;
            assertBetween(before, ours.closeWait, after, ProcNet.CLOSE_WAIT, passing);
        }

        /** @param passing sockets that may have been in that state between the two readings, and in neither */
        private static void assertBetween(
                Kernel before, Map<Integer, Integer> ours, Kernel after, int state, long passing) {
            ours.forEach((port, count) -> {
                Set<ProcNet.Row> both = new HashSet<>(before.of(state, port));
                Set<ProcNet.Row> either = new HashSet<>(both);
                both.retainAll(after.of(state, port));
                either.addAll(after.of(state, port));
                assertThat(count).as("state " + state + " at " + port).isBetween(both.size(), (int)
                        (either.size() + passing));
            });
        }

        /** False if the kernel's sockets have changed meanwhile, as they do when a TIME_WAIT ends. */
        private boolean whileQuiet() throws Exception {
            Kernel before = kernel();
            Ours ours = sample();
            Kernel after = kernel();
            long openedByOther = Long.parseLong(other.ask("opened"));
            assertThat(ours.opened + openedByOther).as("ActiveOpens").isEqualTo(after.activeOpens);
            assertThat(ours.accepted).as("PassiveOpens").isEqualTo(after.passiveOpens);
            assertBetween(before, ours.timeWait, after, ProcNet.TIME_WAIT, 0);
            assertBetween(before, ours.closeWait, after, ProcNet.CLOSE_WAIT, 0);
            if (!before.equals(after)) {
                crossed++;
                return false;
            }
            assertThat(sum(ours.timeWait) + sum(ours.closeWait)).as("all rows").isEqualTo(after.rows.size());
            exact++;
            mostTimeWait = Math.max(mostTimeWait, sum(ours.timeWait));
            mostCloseWait = Math.max(mostCloseWait, sum(ours.closeWait));
            opened = ours.opened;
            accepted = ours.accepted;
            return true;
        }

        private Kernel kernel() throws IOException {
            return new Kernel(
                    kernel.counter("snmp", "Tcp", "ActiveOpens"),
                    kernel.counter("snmp", "Tcp", "PassiveOpens"),
                    accepting,
                    kernel.rows().stream()
                            .filter(row -> row.state() == ProcNet.TIME_WAIT || row.state() == ProcNet.CLOSE_WAIT)
                            .collect(Collectors.toSet()));
        }

        /** Has the agent take one sample, and reads it. */
        private Ours sample() throws Exception {
            long before = Child.number(app, "type=Agent", "Samples");
            assertThat(app.ask("set type=Agent IntervalSeconds 1")).isEqualTo("done");
            await().pollInterval(Duration.ofMillis(5))
                    .pollDelay(Duration.ZERO)
                    .atMost(PATIENCE)
                    .until(() -> Child.number(app, "type=Agent", "Samples") > before);
            assertThat(app.ask("set type=Agent IntervalSeconds " + HOUR)).isEqualTo("done");
            Ours ours = new Ours(
                    Child.number(app, "type=Jvm", "Opened"),
                    Child.number(app, "type=Jvm", "Accepted"),
                    states("TimeWait"),
                    states("CloseWait"));
            assertThat(Child.number(app, "type=Agent", "Samples"))
                    .as("samples, one of which is read")
                    .isEqualTo(before + 1);
            samples++;
            return ours;
        }

        private Map<Integer, Integer> states(String column) throws InterruptedException {
            List<Map<String, String>> paths = Child.table(app, "type=CodePaths");
            Map<Integer, Integer> counts = new TreeMap<>();
            ports.forEach((path, port) -> counts.put(port, sum(paths, path, column)));
            counts.put(accepting, sum(paths, "accepting", column));
            counts.put(others, (int) Child.number(app, "type=Jvm", column + "Others"));
            return counts;
        }

        private static int sum(List<Map<String, String>> paths, String path, String column) {
            return paths.stream()
                    .filter(row -> row.getOrDefault("Name", "").contains("EverySampleApp." + path + "("))
                    .mapToInt(row -> Integer.parseInt(row.get(column)))
                    .sum();
        }

        private static int sum(Map<Integer, Integer> counts) {
            return counts.values().stream().mapToInt(Integer::intValue).sum();
        }

        void assertMuchWasCompared() throws InterruptedException {
            assertThat(mostTimeWait).isGreaterThan(50);
            assertThat(mostCloseWait).isGreaterThan(12);
            assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
        }

        @Override
        public String toString() {
            return samples + " samples as the kernel says, " + exact + " of them to the last socket, " + crossed
                    + " crossed by a change; at the end " + opened + " opened and " + accepted + " accepted; at most "
                    + mostTimeWait + " in TIME_WAIT and " + mostCloseWait + " in CLOSE_WAIT";
        }
    }
}
