package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** attach, report and detach with real JVMs. */
class AttachTest {
    @TempDir
    static Path folder = Path.of("");

    private static Path agent = Path.of("");

    @BeforeAll
    static void makeAgent() throws IOException {
        agent = TestJars.contractAgent(folder.resolve("agent.jar"));
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void attachesReportsDetachesAndAttachesAgain(Jdk jdk) throws Exception {
        try (Child child = Child.app(jdk)) {
            Cli attached = Cli.run(agent, "attach", child.pid(), "interval=5s", "depth=16");
            assertThat(attached.exit()).as(attached.err()).isZero();
            assertThat(attached.err())
                    .startsWith(
                            "attaching to " + child.pid() + " (" + ChildApp.class.getName() + ", " + jdk + ") ...\n")
                    .contains("attached in ");
            assertThat(attached.out())
                    .contains("options [interval=5s,depth=16]")
                    .contains("java -jar " + agent + " report " + child.pid());
            assertNothingLeft(child, attached.out());

            Cli again = Cli.run(agent, "attach", child.pid());
            assertThat(again.exit()).isEqualTo(1);
            assertThat(again.complaint()).hasLineCount(1).contains("1.2.3", "already", "report " + child.pid());

            Cli report = Cli.run(agent, "report", child.pid());
            assertThat(report).isEqualTo(new Cli(0, "line one\n  \u00fcber \u4f60\u597d = # ! \\ line two\n", ""));
            assertThat(Cli.run(agent, "report", "--json", child.pid())).isEqualTo(new Cli(0, "{\"a\": 1}\n", ""));

            Cli detached = Cli.run(agent, "detach", child.pid());
            assertThat(detached.exit()).isZero();
            assertThat(detached.out()).isEqualTo("out again\n");

            Cli gone = Cli.run(agent, "report", child.pid());
            assertThat(gone.exit()).isEqualTo(6);
            assertThat(gone.err())
                    .hasLineCount(1)
                    .contains("not in JVM " + child.pid(), "java -jar " + agent + " attach " + child.pid());
            assertThat(Cli.run(agent, "detach", child.pid()).exit()).isEqualTo(6);
            assertThat(Cli.run(agent, "attach", child.pid()).exit()).isZero();

            child.end();
            assertThat(child.lines()).noneMatch(line -> line.contains("Full thread dump"));
        }
    }

    private static void assertNothingLeft(Child child, String agentText) {
        assertThat(agentText).containsPattern(" nonce [0-9a-f]{16}\\n");
        assertThat(Path.of("/tmp/.attach_pid" + child.pid())).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void tellsOfTheJvmsWarningWhereThereIsOne(Jdk jdk) throws Exception {
        String warning = "has been loaded dynamically";
        try (Child child = Child.app(jdk);
                Child quiet = Child.app(jdk, "-XX:+EnableDynamicAgentLoading")) {
            String told = Cli.run(agent, "attach", child.pid()).err();
            String toldQuiet = Cli.run(agent, "attach", quiet.pid()).err();
            child.end();
            quiet.end();
            boolean warned = child.lines().stream().anyMatch(line -> line.contains(warning));
            assertThat(told.contains("-XX:+EnableDynamicAgentLoading"))
                    .isEqualTo(warned)
                    .isEqualTo(jdk.feature() >= 21);
            assertThat(quiet.lines()).noneMatch(line -> line.contains(warning));
            assertThat(toldQuiet).doesNotContain("-XX:+EnableDynamicAgentLoading");
        }
    }

    @Test
    void tellsWhatTheAgentSays() throws Exception {
        try (Child child = Child.app(Jdk.newest())) {
            assertThat(failure(1, "attach", child.pid(), "app=refuse")).contains("refused: \"unknown option: refuse\"");
            assertThat(failure(1, "attach", child.pid(), "app=fail")).contains("failed: \"no /proc here\"");
            assertThat(failure(1, "attach", child.pid(), "app=babble")).contains("failed: ", "what?");
            assertThat(failure(1, "attach", child.pid(), "app=throw")).contains("failed to start", "standard error");
            assertThat(child.lines()).anyMatch(line -> line.contains("thrown by the test's agent"));
            assertThat(failure(1, "attach", child.pid(), "app=silent")).contains("no answer that this version");
            assertThat(failure(1, "attach", child.pid(), "app=other")).contains("no answer that this version");
        }
    }

    @Test
    void doesNotWaitForEver() throws Exception {
        try (Child child = Child.app(Jdk.newest())) {
            assertThat(failure(5, "attach", child.pid(), "app=hang", "--timeout=1"))
                    .contains("within 1 s", "--timeout");
        }
    }

    @Test
    void tellsThatTheJvmEndedMeanwhile() throws Exception {
        try (Child child = Child.app(Jdk.newest())) {
            assertThat(failure(3, "attach", child.pid(), "app=die")).contains("ended meanwhile");
            assertThat(child.end()).isEqualTo(3);
        }
    }

    /** Options as long as a JVM takes them, and one byte longer. */
    @ParameterizedTest
    @MethodSource("jdks")
    void takesOptionsAsLongAsTheJvmDoes(Jdk jdk) throws Exception {
        int others = (agent + "=@attach,0123456789abcdef,").getBytes(UTF_8).length;
        String longest = "app=" + "o".repeat(1024 - others - "app=".length());
        try (Child child = Child.app(jdk)) {
            assertThat(failure(2, "attach", child.pid(), longest + "o")).contains("1025 bytes");
            Cli attached = Cli.run(agent, "attach", child.pid(), longest);
            assertThat(attached.exit()).as(attached.err()).isZero();
            assertThat(attached.out()).contains("[" + longest + "]");
        }
    }

    /** SIGQUIT would kill it in that phase. */
    @ParameterizedTest
    @MethodSource("jdks")
    void attachesToAJvmThatIsJustStarting(Jdk jdk) throws Exception {
        JvmFinder jvms = new JvmFinder(Path.of("/proc"), ProcessHandle.current().pid());
        String classPath = TestJars.location(ChildApp.class).toString();
        try (Child child = Child.start(Map.of(), Child.javaCommand(jdk.tool("java"), classPath))) {
            while (jvms.all().jvms().stream().noneMatch(jvm -> jvm.pid() == child.pid())) {
                assertThat(child.alive()).isTrue();
            }
            Cli attached = Cli.run(agent, "attach", child.pid());
            assertThat(attached.exit()).as(attached.err()).isZero();
            assertThat(child.alive()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void dynamicLoadingSwitchedOff(Jdk jdk) throws Exception {
        try (Child child = Child.app(jdk, "-XX:-EnableDynamicAgentLoading")) {
            assertThat(failure(5, "attach", child.pid()))
                    .contains("-XX:-EnableDynamicAgentLoading", "-javaagent:" + agent);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"})
    void attachSwitchedOff(String variable) throws Exception {
        String off = "-XX:+DisableAttachMechanism";
        String java = Jdk.newest().tool("java");
        String classPath = TestJars.location(ChildApp.class).toString();
        try (Child child = variable.isEmpty()
                ? Child.app(java, classPath, Map.of(), off)
                : Child.app(java, classPath, Map.of(variable, "-Da='b c' " + off))) {
            assertThat(failure(5, "attach", child.pid())).contains(off, "-javaagent");
            assertThat(failure(5, "report", child.pid())).contains(off);
            assertThat(failure(5, "detach", child.pid())).contains(off);
            child.end();
            assertThat(child.lines()).noneMatch(line -> line.contains("Full thread dump"));
        }
    }

    /** With -Xrs a JVM does not catch SIGQUIT and would die of it; it listens for attach from its start instead. */
    @ParameterizedTest
    @MethodSource("jdks")
    void aJvmThatSigquitWouldKillListensAlready(Jdk jdk) throws Exception {
        try (Child child = Child.app(jdk, "-Xrs")) {
            Cli attached = Cli.run(agent, "attach", child.pid());
            assertThat(attached.exit()).as(attached.err()).isZero();
            assertThat(child.end()).isZero();
        }
    }

    /** An options file is not looked into: what the kernel says of the JVM's signals keeps it alive. */
    @Test
    void aJvmThatSigquitWouldKillAndThatDoesNotListen() throws Exception {
        Path options = Files.writeString(folder.resolve("vm.options"), "-Xrs -XX:+DisableAttachMechanism");
        try (Child child = Child.app(Jdk.newest(), "-XX:VMOptionsFile=" + options)) {
            // A JVM that was killed leaves its socket, which the next one of that pid deletes only if it listens
            // itself.
            Files.deleteIfExists(Path.of("/tmp/.java_pid" + child.pid()));
            assertThat(failure(5, "attach", child.pid(), "--timeout=1")).contains("within 1 s");
            assertThat(child.end()).isZero();
        }
    }

    @Test
    void aStoppedJvm() throws Exception {
        try (Child child = Child.app(Jdk.newest())) {
            child.signal("STOP");
            await().until(() ->
                    new ProcPid(Path.of("/proc"), child.pid()).status().stopped());
            assertThat(failure(5, "attach", child.pid())).contains("stopped", "kill -CONT " + child.pid());
            child.signal("CONT");
            assertThat(Cli.run(agent, "attach", child.pid()).exit()).isZero();
        }
    }

    @Test
    void aJarPathTheJvmWouldCutShort() throws Exception {
        Path odd = Files.copy(agent, folder.resolve("a=b.jar"));
        try (Child child = Child.app(Jdk.newest())) {
            Cli cli = Cli.run(odd, "attach", child.pid());
            assertThat(cli.exit()).isEqualTo(2);
            assertThat(cli.err()).hasLineCount(1).contains("=");
        }
    }

    private static String failure(int exit, Object... args) {
        Cli cli = Cli.run(agent, args);
        assertThat(cli.exit()).as(cli.toString()).isEqualTo(exit);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.complaint()).hasLineCount(1).startsWith("tcp-health: ");
        return cli.complaint();
    }
}
