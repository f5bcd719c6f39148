package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pids that are no JVM to work with: each command says so in one line. */
class PidTest {
    private static final Path AGENT = Path.of("/nowhere/tcp-health-agent.jar");

    @ParameterizedTest
    @ValueSource(strings = {"x", "-5", "0", "1.5", "99999999999", ""})
    void noPid(String pid) {
        Cli cli = Cli.run(AGENT, "attach", pid);
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).hasLineCount(1).contains("--help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach", "detach", "report"})
    void noSuchProcess(String command) throws Exception {
        long pid;
        try (Child child = Child.start(Map.of(), "/bin/true")) {
            pid = child.pid();
        }
        assertThat(failure(3, command, pid)).contains("there is no process " + pid, "list");
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach", "detach", "report"})
    void itself(String command) {
        assertThat(failure(2, command, ProcessHandle.current().pid())).contains("this very command");
    }

    /** It does not catch SIGQUIT: sent to it, it would die. */
    @ParameterizedTest
    @ValueSource(strings = {"attach", "detach", "report"})
    void notAJvm(String command) throws Exception {
        try (Child child = Child.start(Map.of(), "/bin/cat")) {
            await().until(() ->
                    Path.of("/proc/" + child.pid() + "/exe").toRealPath().endsWith("cat"));
            assertThat(failure(3, command, child.pid())).contains("not a JVM", "list");
            assertThat(child.end()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach", "detach", "report"})
    void zombie(String command) throws Exception {
        // the child ends once its shell has become a cat, which never asks how it ended
        String script = "(while ! grep -q cat /proc/$$/comm; do :; done) & echo $!; exec cat";
        try (Child parent = Child.start(Map.of(), "/bin/sh", "-c", script)) {
            await().until(() -> !parent.lines().isEmpty());
            long pid = Long.parseLong(parent.lines().get(0));
            await().until(() -> new ProcPid(Path.of("/proc"), pid).status().ended());
            assertThat(failure(3, command, pid)).contains("has ended");
        }
    }

    private static String failure(int exit, Object... args) {
        Cli cli = Cli.run(AGENT, args);
        assertThat(cli.exit()).as(cli.toString()).isEqualTo(exit);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).hasLineCount(1).startsWith("tcp-health: ");
        return cli.err();
    }
}
