package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** A runtime of three modules can be watched, and can watch. */
class JlinkIT {

    private static final String MODULES = "java.base,java.instrument,java.management";

    @TempDir
    private Path folder = Path.of("");

    @OnEveryJdk
    void aRuntimeOfThreeModules(Jdk jdk) throws Exception {
        // Without this folder jlink links from the run-time image, which JDK 24 and later can be built to allow.
        assumeTrue(
                Files.isDirectory(jdk.home().resolve("jmods")) || jdk.feature() >= 24,
                jdk + " has no jmods folder to link from");
        Path image = folder.resolve("runtime-" + jdk.feature());
        Child.Finished linked =
                Child.run(List.of(jdk.tool("jlink"), "--add-modules", MODULES, "--output", image.toString()));
        assertThat(linked.exit()).as(linked.errors() + linked.output()).isZero();
        Jdk runtime = new Jdk(image, jdk.version());
        assertThat(Child.run(List.of(runtime.tool("java"), "--list-modules")).output())
                .hasSize(3);

        try (ChildProcess app = Child.start(early(runtime, Child.javaagent()))) {
            assertSeen(app);
            assertThat(app.errors()).isEmpty();
            use(jdk, app);
        }
        try (ChildProcess app = Child.start(
                Child.command(runtime.tool("java"), InspectedApp.class, "-XX:+EnableDynamicAgentLoading"))) {
            app.await("ready");
            Child.Finished attached = Child.cli(runtime, "attach", Long.toString(app.pid()), "interval=1s");
            assertThat(attached.exit()).as(attached.errors()).isZero();
            app.ask("traffic");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(1));
            use(runtime, app);
            assertThat(app.errors()).isEmpty();
        }
    }

    private static List<String> early(Jdk runtime, String... jvmOptions) {
        List<String> command = new ArrayList<>(Child.command(runtime, EarlyApp.class, jvmOptions));
        command.add(EarlyApp.When.FIRST.name());
        return command;
    }

    private static void assertSeen(ChildProcess app) throws InterruptedException {
        assertThat(app.line()).isEqualTo("1");
        app.line();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(1));
        assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
    }

    /** Lists, reports, watches and detaches by the command line on this JDK or runtime. */
    private static void use(Jdk with, ChildProcess app) throws Exception {
        String pid = Long.toString(app.pid());
        Child.Finished list = Child.cli(with, "list");
        assertThat(list.output())
                .as(list.errors())
                .anyMatch(line -> line.strip().startsWith(pid + " "));
        Child.Finished report = Child.cli(with, "report", pid);
        assertThat(report.exit()).as(report.errors()).isZero();
        assertThat(String.join("\n", report.output())).contains("TIME_WAIT", "CLOSE_WAIT");
        try (ChildProcess watch =
                Child.start(List.of(with.tool("java"), "-jar", Child.AGENT.toString(), "watch", pid))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> watch.errors().contains("watching JVM " + pid));
            Child.Finished detached = Child.cli(with, "detach", pid);
            assertThat(detached.exit()).as(detached.errors()).isZero();
            assertThat(watch.end()).isEqualTo(6);
            assertThat(watch.errors()).contains("has been detached");
        }
    }
}
