package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.time.Duration;
import java.util.List;

/** A process that has used all its descriptors is one that has to be told so. */
class NoDescriptorsIT {

    private static final int LIMIT = 120;

    @OnEveryJdk
    void thatNoneIsLeftIsSaid(Jdk jdk) throws Exception {
        try (ChildProcess peer = Child.start(Child.command(jdk, PeerApp.class))) {
            String port = peer.line();
            List<String> command = Child.command(jdk, SocketApp.class, Child.javaagent(), "-XX:-MaxFDLimit");
            try (ChildProcess app = Child.start(
                    List.of("/bin/sh", "-c", "ulimit -Sn " + LIMIT + "; exec " + String.join(" ", command)))) {
                app.await("ready");
                Child.awaitSamples(app, 2);
                assertThat(app.ask("closeA " + port + " 1")).isEqualTo("done");
                assertThat(app.ask("leaveC " + port + " " + LIMIT)).contains("Too many open files");
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() ->
                                assertThat(app.ask("jmx type=Health Status")).isEqualTo("CRITICAL"));
                Child.awaitSamples(app, 3);
                assertThat(app.ask("jmx type=Health Status")).isEqualTo("CRITICAL");
                assertThat(app.ask("jmx type=Health Findings")).contains("Rule=limits-near");
                assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
                assertThat(app.ask("closeAll")).isEqualTo("done");
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() ->
                                assertThat(app.ask("jmx type=Agent Missing")).doesNotContain("descriptor"));
            }
        }
    }

    /** A class of the JDK whose initialisation fails can never be used again, by the application either. */
    @OnEveryJdk
    void nothingOfTheJdkIsInitialisedWithoutOne(Jdk jdk) throws Exception {
        List<String> command = Child.command(jdk, ExhaustedApp.class, Child.javaagent(), "-XX:-MaxFDLimit");
        try (ChildProcess app =
                Child.start(List.of("/bin/sh", "-c", "ulimit -Sn " + LIMIT + "; exec " + String.join(" ", command)))) {
            app.await("ready");
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                Child.Finished report = Child.cli(jdk, "report", "--timeout=1", Long.toString(app.pid()));
                assertThat(report.exit()).isNotZero();
                assertThat(report.errors()).contains("descriptors used");
            });
            assertThat(app.ask("free")).isEqualTo(Long.toString(app.pid()));
            Child.awaitSamples(app, 1);
            assertThat(app.errors()).isEmpty();
        }
    }
}
