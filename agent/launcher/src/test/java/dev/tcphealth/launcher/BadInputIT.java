package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.launcher.EarlyApp.When;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong is said in a line, and the application runs as if there were no agent, or as little of it as works. */
class BadInputIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path folder = Path.of("");

    static Stream<Arguments> wrongOptions() {
        Map<String, String> wrong = Map.of(
                "intervall=5s", "unknown option 'intervall'",
                "interval=soon", "Allowed: 1s to 1h; default 5s",
                "interval=0s", "Allowed: 1s to 1h; default 5s",
                "depth=9999999999", "Allowed: a whole number from 1 to 200; default 32",
                "app=com.example,,=", "tcp-health: ");
        return Jdk.all().stream()
                .flatMap(jdk ->
                        wrong.entrySet().stream().map(entry -> Arguments.of(jdk, entry.getKey(), entry.getValue())));
    }

    @ParameterizedTest
    @MethodSource("wrongOptions")
    @Execution(ExecutionMode.CONCURRENT)
    void aWrongOptionIsToldInALine(Jdk jdk, String options, String told) throws Exception {
        Child.Finished hello =
                Child.run(Child.command(jdk, HelloApp.class, "-javaagent:" + Child.AGENT + "=" + options));
        assertThat(hello.exit()).isZero();
        assertThat(hello.output()).containsExactly(HelloApp.HELLO);
        assertThat(hello.errors()).hasLineCount(1).startsWith("tcp-health: ").contains(told);
    }

    @OnEveryJdk
    void aWrongOptionOfAnAttachedAgentIsToldToWhoAttaches(Jdk jdk) throws Exception {
        try (ChildProcess app = Child.start(Child.command(jdk, InspectedApp.class))) {
            app.await("ready");
            String pid = Long.toString(app.pid());
            Child.Finished attached = Child.cli(jdk, "attach", pid, "interval=soon");
            assertThat(attached.exit()).isEqualTo(2);
            assertThat(attached.errors()).contains("Allowed: 1s to 1h; default 5s");
            assertThat(app.ask("names")).isEqualTo("[]");
            assertThat(app.ask("threads")).isEmpty();
            assertThat(app.errors()).isEmpty();

            Child.Finished corrected = Child.cli(jdk, "attach", pid, "interval=1s");
            assertThat(corrected.exit()).as(corrected.errors()).isZero();
            assertThat(app.ask("threads")).contains("tcp-health");
        }
    }

    /** Needs root. The JVM is what the shell becomes, so its process id is the shell's. */
    @OnEveryJdk
    void withoutProc(Jdk jdk) throws Exception {
        // Without /proc/self/exe the java command does not find its own libraries.
        String libraries = "export LD_LIBRARY_PATH=" + jdk.home().resolve("lib");
        try (ChildProcess app = hidden(jdk, libraries + "; mount -t tmpfs none /proc")) {
            assertSocketsSeen(app);
            assertHostUnknown(app);
            assertThat(Child.number(app, "type=Host", "TimeWait"))
                    .as("by sock_diag")
                    .isNotNegative();
            assertThat(Child.number(app, "type=Jvm", "CoverageDescriptors")).isEqualTo(-1);
            assertThat(app.end()).isZero();
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void withoutTheNetworksPartOfProc(Jdk jdk) throws Exception {
        try (ChildProcess app = hidden(jdk, "mount -t tmpfs none /proc/$$/net")) {
            assertSocketsSeen(app);
            assertHostUnknown(app);
            assertThat(Child.number(app, "type=Host", "TimeWait"))
                    .as("by sock_diag")
                    .isNotNegative();
            Child.Finished report = Child.cli(jdk, "report", Long.toString(app.pid()));
            assertThat(report.exit()).as(report.errors()).isZero();
            assertThat(String.join("\n", report.output()))
                    .contains("/proc/net/snmp: no such file", "1 opened, 1 accepted, 2 closed");
            assertThat(app.end()).isZero();
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void withGarbledFilesInProc(Jdk jdk) throws Exception {
        String garble = "mount -t tmpfs none /proc/$$/net;"
                + " for f in snmp netstat dev sockstat sockstat6 tcp tcp6; do"
                + " head -c 3000 /dev/urandom > /proc/$$/net/$f; done";
        try (ChildProcess app = hidden(jdk, garble)) {
            assertSocketsSeen(app);
            assertHostUnknown(app);
            assertThat(app.ask("jmx type=Agent Missing")).contains("understood");
            assertThat(app.end()).isZero();
            assertThat(app.errors()).isEmpty();
        }
    }

    private ChildProcess hidden(Jdk jdk, String hide) throws Exception {
        String command = String.join(" ", early(jdk, Child.javaagent()));
        return Child.start(List.of("unshare", "-m", "sh", "-c", hide + " && exec " + command));
    }

    private static void assertHostUnknown(ChildProcess app) throws InterruptedException {
        String[] missing = app.ask("jmx type=Agent Missing").split("\\|", -1);
        for (String file : List.of("snmp", "netstat", "dev", "sockstat")) {
            assertThat(missing)
                    .filteredOn(line -> line.startsWith("/proc/net/" + file + ":"))
                    .hasSize(1);
        }
        assertThat(app.ask("jmx type=Host OutSegmentsPerSecond")).isEqualTo("NaN");
        assertThat(app.ask("jmx type=Host RetransmissionPercent")).isEqualTo("NaN");
        assertThat(Child.number(app, "type=Host", "SockstatTimeWait")).isEqualTo(-1);
        assertThat(Child.number(app, "type=Host", "TotalActiveOpens")).isEqualTo(-1);
    }

    static Stream<Arguments> stackOptions() {
        return Jdk.all().stream()
                .flatMap(jdk -> Stream.of(
                                "-XX:-StackTraceInThrowable",
                                "-XX:MaxJavaStackTraceDepth=5",
                                "-XX:MaxJavaStackTraceDepth=1",
                                "-XX:MaxJavaStackTraceDepth=0")
                        .map(option -> Arguments.of(jdk, option)));
    }

    @ParameterizedTest
    @MethodSource("stackOptions")
    @Execution(ExecutionMode.CONCURRENT)
    void codePathsDoNotNeedTheStacksOfThrowables(Jdk jdk, String option) throws Exception {
        try (ChildProcess app = Child.start(early(jdk, option, Child.javaagent()))) {
            assertSocketsSeen(app);
            String name = EarlyApp.class.getName() + ".traffic";
            assertThat(Child.sum(app, "type=CodePaths", name, "Opened")).isEqualTo(1);
            assertThat(Child.sum(app, "type=CodePaths", name, "Accepted")).isEqualTo(1);
            assertThat(Child.sum(app, "type=CodePaths", name, "Closed")).isEqualTo(2);
            assertThat(app.errors()).isEmpty();
        }
    }

    static Stream<Arguments> smallStacks() {
        return Jdk.all().stream()
                .flatMap(jdk -> Stream.of(List.<String>of(), List.of("-Xss180k"), List.of("-Xint"))
                        .map(options -> Arguments.of(jdk, options)));
    }

    @ParameterizedTest
    @MethodSource("smallStacks")
    void aStackThatOverflowsAnywhereIsTheApplicationsOwn(Jdk jdk, List<String> options) throws Exception {
        List<String> command = Child.command(jdk, DeepApp.class, with(Child.javaagent(), options));
        try (ChildProcess app = Child.start(command)) {
            // The JDK's own code makes of it what it does without an agent.
            assertThat(app.line().split(" "))
                    .contains("java.lang.StackOverflowError")
                    .allMatch(outcome -> outcome.equals("done") || outcome.startsWith("java."));
            assertThat(app.line()).isEqualTo("1");
            app.line();
            assertCountsAgree(app);
            assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed"))
                    .as("the agent says that it has missed something")
                    .isPositive();
            assertThat(app.end()).isZero();
            assertThat(app.errors()).doesNotContain("tcphealth.weaver", "TcpHealthHook");
        }
    }

    @OnEveryJdk
    void aHeapThatIsFullIsTheApplicationsOwn(Jdk jdk) throws Exception {
        List<String> command = Child.command(jdk, FullHeapApp.class, Child.javaagent(), "-Xmx60m", "-XX:+UseSerialGC");
        try (ChildProcess app = Child.start(command)) {
            assertThat(app.line().split(" "))
                    .contains("java.lang.OutOfMemoryError")
                    .allMatch(outcome -> outcome.equals("done") || outcome.startsWith("java."));
            assertThat(app.line()).isEqualTo("1");
            app.line();
            assertCountsAgree(app);
            assertThat(app.end()).isZero();
            assertThat(app.errors()).doesNotContain("tcphealth.weaver", "TcpHealthHook");
        }
    }

    /** Whatever was missed, it was missed in all counts; what is right is right to the last one. */
    private static void assertCountsAgree(ChildProcess app) {
        await().atMost(SOON).untilAsserted(() -> {
            long opened = Child.number(app, "type=Jvm", "Opened");
            long accepted = Child.number(app, "type=Jvm", "Accepted");
            assertThat(opened).isGreaterThanOrEqualTo(2);
            assertThat(opened + accepted - Child.number(app, "type=Jvm", "Closed"))
                    .as("live")
                    .isEqualTo(Child.number(app, "type=Jvm", "Live"));
            assertThat(Child.sum(app, "type=CodePaths", "", "Opened")).isEqualTo(opened);
            assertThat(Child.sum(app, "type=CodePaths", "", "Accepted")).isEqualTo(accepted);
        });
    }

    @OnEveryJdk
    void aThreadThatIsInterruptedStaysSo(Jdk jdk) throws Exception {
        List<String> seen = new ArrayList<>();
        for (boolean agent : new boolean[] {false, true}) {
            List<String> options = agent ? List.of(Child.javaagent()) : List.of();
            try (ChildProcess app =
                    Child.start(Child.command(jdk, InterruptedApp.class, options.toArray(new String[0])))) {
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < 7; i++) {
                    lines.append(app.line()).append('\n');
                }
                seen.add(lines.toString());
                app.line();
                if (agent) {
                    // four times a socket and an accepted one, three times a channel
                    await().atMost(SOON)
                            .untilAsserted(() -> assertThat(Child.number(app, "type=Jvm", "Closed"))
                                    .isEqualTo(4 * 2 + 3));
                    assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(4 + 3);
                    assertThat(Child.number(app, "type=Jvm", "Live")).isZero();
                    assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed"))
                            .isZero();
                }
                assertThat(app.errors()).isEmpty();
            }
        }
        assertThat(seen.get(1)).isEqualTo(seen.get(0)).contains("socket true", "channel java.nio.channels");
    }

    private static String[] with(String agent, List<String> options) {
        return Stream.concat(Stream.of(agent), options.stream()).toArray(String[]::new);
    }

    @OnEveryJdk
    void theJarMayGo(Jdk jdk) throws Exception {
        Path jar = Files.copy(Child.AGENT, folder.resolve("agent.jar"));
        try (ChildProcess app = Child.start(early(jdk, "-javaagent:" + jar + "=interval=1s"))) {
            app.line();
            app.line();
            Files.delete(jar);
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(1));
            assertThat(app.end()).isZero();
            assertThat(app.errors()).isEmpty();
        }
    }

    /** Half of the agent is loaded by then: what it still needs is not there any more. */
    @OnEveryJdk
    void theJarMayBeOverwritten(Jdk jdk) throws Exception {
        Path jar = Files.copy(Child.AGENT, folder.resolve("agent.jar"));
        List<String> command = Child.command(jdk, InspectedApp.class, "-javaagent:" + jar + "=interval=1s");
        try (ChildProcess app = Child.start(command)) {
            app.await("ready");
            await().atMost(SOON).until(() -> Child.number(app, "type=Agent", "Samples") >= 1);
            Files.write(jar, new byte[(int) Files.size(jar)]);
            assertThat(app.ask("traffic")).isEqualTo("done");
            assertThat(app.end()).isZero();
            assertThat(app.errors().lines().toList())
                    .hasSizeLessThanOrEqualTo(1)
                    .allMatch(line -> line.startsWith("tcp-health: "));
        }
    }

    @OnEveryJdk
    void temporaryFilesAreNotNeeded(Jdk jdk) throws Exception {
        Path readOnly = Files.createDirectory(folder.resolve("tmp"));
        String hide = "mount -t tmpfs -o ro none " + readOnly;
        List<String> command = early(jdk, "-Djava.io.tmpdir=" + readOnly, "-XX:-UsePerfData", Child.javaagent());
        try (ChildProcess app =
                Child.start(List.of("unshare", "-m", "sh", "-c", hide + " && exec " + String.join(" ", command)))) {
            assertSocketsSeen(app);
            assertThat(app.end()).isZero();
            assertThat(app.errors()).isEmpty();
        }
    }

    /** JDK 24 and later have none. */
    static Stream<Jdk> jdksWithSecurityManager() {
        return Jdk.all().stream().filter(jdk -> jdk.feature() < 24);
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("jdksWithSecurityManager")
    void aSecurityManagerThatForbidsItAll(Jdk jdk) throws Exception {
        Child.Finished without = Child.run(Child.command(jdk, HelloApp.class, "-Djava.security.manager"));
        Child.Finished with =
                Child.run(Child.command(jdk, HelloApp.class, "-Djava.security.manager", Child.javaagent()));
        assertThat(with.exit()).isZero();
        assertThat(with.output()).isEqualTo(without.output());
        assertThat(with.errors()).isEqualTo(without.errors());
    }

    /** The application's own use of JMX fails with or without an agent. */
    @OnEveryJdk
    void anMBeanServerThatCannotBeMade(Jdk jdk) throws Exception {
        String builder = "-Djavax.management.builder.initial=no.such.Builder";
        try (ChildProcess app = Child.start(early(jdk, builder, Child.javaagent(), dynamic(jdk)))) {
            assertThat(app.line()).isEqualTo("1");
            app.line();
            await().atMost(SOON).until(() -> !app.errors().isEmpty());
            String pid = Long.toString(app.pid());
            Child.Finished report = Child.cli(jdk, "report", pid);
            assertThat(report.exit()).as(report.errors()).isZero();
            assertThat(String.join("\n", report.output())).contains("1 opened, 1 accepted, 2 closed");
            Child.Finished detached = Child.cli(jdk, "detach", pid);
            assertThat(detached.exit()).as(detached.errors()).isZero();
            assertThat(app.end()).isZero();
            assertThat(app.errors()).hasLineCount(1).contains("no MBeans", "no.such.Builder");
        }
    }

    private static String dynamic(Jdk jdk) {
        return jdk.feature() >= 21 ? "-XX:+EnableDynamicAgentLoading" : "-Dnothing";
    }

    private static List<String> early(Jdk jdk, String... jvmOptions) {
        List<String> command = new ArrayList<>(Child.command(jdk, EarlyApp.class, jvmOptions));
        command.add(When.FIRST.name());
        return command;
    }

    private static void assertSocketsSeen(ChildProcess app) throws InterruptedException {
        assertThat(app.line()).isEqualTo("1");
        app.line();
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(1));
        assertThat(Child.number(app, "type=Jvm", "Accepted")).isEqualTo(1);
        assertThat(Child.number(app, "type=Jvm", "Closed")).isEqualTo(2);
        assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
    }
}
