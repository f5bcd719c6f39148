package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In a network namespace where only this JVM and its peer speak, the MBeans say what the kernel says. */
class AttributionIT {

    private static final int BEFORE = 17;
    private static final int A = 1000;
    private static final int B = 300;
    private static final int C = 50;

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
    void startedWithTheApplication(Jdk jdk) throws Exception {
        try (ChildProcess peer = peer(jdk);
                ChildProcess app = inside(Child.command(jdk, SocketApp.class, Child.javaagent()))) {
            int port = Integer.parseInt(peer.line());
            app.await("ready");
            traffic(app, port);
            assertNumbers(app, port, 0);
            assertThat(app.errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void attachedLater(Jdk jdk) throws Exception {
        try (ChildProcess peer = peer(jdk);
                ChildProcess app = inside(Child.command(jdk, SocketApp.class))) {
            int port = Integer.parseInt(peer.line());
            app.await("ready").ask("closeA " + port + " " + BEFORE);
            Child.Finished attached = Child.cli(jdk, "attach", Long.toString(app.pid()), "interval=1s");
            assertThat(attached.exit()).as(attached.errors()).isZero();
            traffic(app, port);
            assertNumbers(app, port, BEFORE);
        }
    }

    private static void traffic(ChildProcess app, int port) throws InterruptedException {
        assertThat(app.ask("closeA " + port + " " + A)).isEqualTo("done");
        assertThat(app.ask("closeB " + port + " " + B)).isEqualTo("done");
        assertThat(app.ask("leaveC " + port + " " + C)).isEqualTo("done");
    }

    private void assertNumbers(ChildProcess app, int port, int others) throws Exception {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(Child.number(app, "type=Host", "TimeWait")).isEqualTo(A + B + others);
            assertThat(Child.number(app, "type=Host", "CloseWait")).isEqualTo(C);
        });
        assertThat(network.count("time-wait")).isEqualTo(A + B + others);
        assertThat(network.count("close-wait")).isEqualTo(C);

        for (String column : List.of("TimeWait", "TimeWaitByCloser", "Opened", "Closed")) {
            assertThat(path(app, "pathA", column)).as("A " + column).isEqualTo(A);
            assertThat(path(app, "pathB", column)).as("B " + column).isEqualTo(B);
        }
        assertThat(path(app, "pathC", "Opened")).isEqualTo(C);
        assertThat(path(app, "pathC", "Live")).isEqualTo(C);
        assertThat(path(app, "pathC", "CloseWait")).isEqualTo(C);
        assertThat(path(app, "pathC", "TimeWait")).isZero();

        String destination = "127.0.0.1:" + port;
        assertThat(Child.sum(app, "type=Destinations", destination, "TimeWait")).isEqualTo(A + B);
        assertThat(Child.sum(app, "type=Destinations", destination, "CloseWait"))
                .isEqualTo(C);
        assertThat(Child.number(app, "type=Jvm", "TimeWaitOthers")).isEqualTo(others);
        assertThat(Child.number(app, "type=Jvm", "CloseWaitOthers")).isZero();
        assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(A + B + C);
        assertThat(Child.number(app, "type=Jvm", "Closed")).isEqualTo(A + B);
        assertThat(Child.number(app, "type=Jvm", "Live")).isEqualTo(C);
        assertThat(Child.number(app, "type=Jvm", "CoverageDescriptors")).isEqualTo(C);
        assertThat(Child.number(app, "type=Jvm", "CoverageKnown")).isEqualTo(C);
        assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
    }

    private static long path(ChildProcess app, String name, String column) throws InterruptedException {
        return Child.sum(app, "type=CodePaths", name, column);
    }

    private ChildProcess peer(Jdk jdk) throws Exception {
        return inside(Child.command(jdk, PeerApp.class));
    }

    private ChildProcess inside(List<String> command) throws Exception {
        return Child.start(network.inside(command.toArray(String[]::new)));
    }
}
