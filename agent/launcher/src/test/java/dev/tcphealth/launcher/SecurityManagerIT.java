package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A SecurityManager, whose policy knows the application and not the agent. */
class SecurityManagerIT {

    private static final int FIRST_WITHOUT = 24;

    @TempDir
    private Path folder = Path.of("");

    static Stream<Jdk> jdks() {
        return Jdk.all().stream().filter(jdk -> jdk.feature() < FIRST_WITHOUT);
    }

    @ParameterizedTest
    @MethodSource("jdks")
    @Execution(ExecutionMode.CONCURRENT)
    void ofTheCommandLine(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk, "-Djava.security.manager", policy(), Child.javaagent())) {
            assertWorks(jdk, app, 0);
            detach(jdk, app);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    @Execution(ExecutionMode.CONCURRENT)
    void setAtRunTime(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk, "-Djava.security.manager=allow", policy(), Child.javaagent())) {
            assertWorks(jdk, app, 0);
            assertThat(app.ask("secure")).isEqualTo("done");
            Child.awaitSamples(app, 2);
            assertWorks(jdk, app, 1);
            detach(jdk, app);
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    @Execution(ExecutionMode.CONCURRENT)
    void thereBeforeTheAgentIsAttached(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk, "-Djava.security.manager", policy())) {
            for (int i = 0; i < 2; i++) {
                Child.Finished attached = Child.cli(jdk, "attach", Long.toString(app.pid()), "interval=1s");
                assertThat(attached.exit()).as(attached.errors()).isZero();
                assertWorks(jdk, app, 0);
                detach(jdk, app);
            }
        }
    }

    private ChildProcess app(Jdk jdk, String... jvmOptions) throws Exception {
        List<String> command = Child.command(jdk, SecuredApp.class, jvmOptions);
        if (jdk.feature() >= 21) {
            command.add(1, "-XX:+EnableDynamicAgentLoading");
        }
        return Child.start(command).await("ready");
    }

    /** With two equals signs: nothing of what is allowed to anybody else. */
    private String policy() throws Exception {
        Path policy = folder.resolve("policy");
        Files.writeString(policy, """
                grant codeBase "file:%s/-" {
                    permission java.net.SocketPermission "*", "connect,accept,listen,resolve";
                    permission javax.management.MBeanServerPermission "*";
                    permission javax.management.MBeanPermission "*", "*";
                    permission java.lang.RuntimePermission "setSecurityManager";
                };
                """.formatted(Child.CLASSES));
        return "-Djava.security.policy==" + policy;
    }

    private static void assertWorks(Jdk jdk, ChildProcess app, int before) throws Exception {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(before));
        assertThat(app.ask("traffic")).isEqualTo("done");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(Child.number(app, "type=Jvm", "Closed")).isEqualTo(2L * (before + 1)));
        assertThat(Child.number(app, "type=Jvm", "Accepted")).isEqualTo(before + 1);
        assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
        assertThat(app.ask("jmx type=Agent Missing")).doesNotContain("denied", "Exception");
        assertThat(app.ask("jmx type=Agent NativeAccess")).startsWith("JNA");
        assertThat(app.ask("jmx type=Agent StackAccess")).doesNotContain("Exception", "denied");
        Child.Finished report = Child.cli(jdk, "report", Long.toString(app.pid()));
        assertThat(report.exit()).as(report.errors()).isZero();
        assertThat(app.errors().lines()).allMatch(line -> line.startsWith("WARNING: "));
    }

    private static void detach(Jdk jdk, ChildProcess app) throws Exception {
        Child.Finished detached = Child.cli(jdk, "detach", Long.toString(app.pid()));
        assertThat(detached.exit()).as(detached.errors()).isZero();
        assertThat(app.ask("names")).isEqualTo("[]");
        assertThat(app.ask("traffic")).isEqualTo("done");
        assertThat(app.errors().lines()).allMatch(line -> line.startsWith("WARNING: "));
    }
}
