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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An application that uses sockets hard runs as without the agent, and not one of its sockets is miscounted. */
class HardUseIT {

    private static final int THREADS = 50;
    private static final int ROUNDS = 12;
    private static final int VIRTUAL_THREADS = 1000;
    private static final int VIRTUAL_ROUNDS = 1;
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private Network network;

    static Stream<Jdk> jdks() {
        return Jdk.all().stream();
    }

    @BeforeEach
    void makeNetwork() throws Exception {
        network = new Network();
        network.keepTimeWait();
    }

    @AfterEach
    void removeNetwork() throws Exception {
        network.close();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void manyThreads(Jdk jdk) throws Exception {
        use(jdk);
    }

    @Test
    void manyThreadsWithLittleMemory() throws Exception {
        use(Jdk.newest(), "-Xmx64m", "-Xss256k");
    }

    private void use(Jdk jdk, String... jvmOptions) throws Exception {
        String[] options = Stream.concat(Stream.of(Child.javaagent()), Stream.of(jvmOptions))
                .toArray(String[]::new);
        try (ChildProcess peer = inside(Child.command(jdk, KindsPeer.class));
                ChildProcess app = inside(Child.command(jdk, HardApp.class, options))) {
            int port = Integer.parseInt(peer.line());
            app.await("ready");
            assertThat(app.ask("run " + port + " " + THREADS + " " + ROUNDS)).isEqualTo("done");
            int each = THREADS * ROUNDS;
            if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
                assertThat(app.ask("runVirtual " + port + " " + VIRTUAL_THREADS + " " + VIRTUAL_ROUNDS))
                        .isEqualTo("done");
                each += VIRTUAL_THREADS * VIRTUAL_ROUNDS;
            }
            int expected = each;
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> numbers(app, expected));
            assertThat(app.errors()).isEmpty();
            assertThat(peer.errors()).isEmpty();
        }
    }

    /** @param each how often each kind of exchange was made, all of which are over */
    private void numbers(ChildProcess app, int each) throws Exception {
        int opened = each * HardApp.KINDS;
        // The refused ones were no connections and the reset ones leave none.
        int timeWait = opened - 2 * each;
        assertThat(jvm(app, "Opened")).as("Opened").isEqualTo(opened);
        assertThat(jvm(app, "Accepted")).as("Accepted").isEqualTo(each);
        assertThat(jvm(app, "Closed")).as("Closed").isEqualTo(opened + each);
        assertThat(jvm(app, "Failed")).as("Failed").isEqualTo(each);
        assertThat(jvm(app, "Live")).as("Live").isZero();
        assertThat(jvm(app, "Listeners")).as("Listeners").isZero();
        assertThat(jvm(app, "ClosedByCollector")).as("ClosedByCollector").isZero();
        assertThat(jvm(app, "CoverageDescriptors")).as("CoverageDescriptors").isZero();
        assertThat(Descriptors.tcp(app.pid())).as("TCP descriptors").isZero();
        assertThat(network.count("time-wait")).as("TIME_WAIT by ss").isEqualTo(timeWait);
        assertThat(jvm(app, "TimeWait")).as("TimeWait").isEqualTo(timeWait);
        assertThat(jvm(app, "TimeWaitOthers")).as("TimeWaitOthers").isZero();
        for (String column : List.of("Opened", "Accepted", "Closed", "Failed", "TimeWait", "Live")) {
            assertThat(Child.sum(app, "type=CodePaths", "", column))
                    .as(column + " of all code paths")
                    .isEqualTo(jvm(app, column));
        }
        assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
        assertThat(Child.number(app, "type=Agent", "EventsDropped")).isZero();
    }

    private static long jvm(ChildProcess app, String attribute) throws InterruptedException {
        return Child.number(app, "type=Jvm", attribute);
    }

    private ChildProcess inside(List<String> command) throws IOException {
        return Child.start(network.inside(command.toArray(String[]::new)));
    }
}
