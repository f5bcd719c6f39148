package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM in a pid and mount namespace of its own, as in a container: its pid is another, and so is its /tmp. */
class ContainerTest {
    @TempDir
    static Path hidden = Path.of("");

    @BeforeAll
    static void needsNamespaces() throws Exception {
        try (Child unshare = Child.start(Map.of(), "unshare", "--pid", "--fork", "--mount", "true")) {
            assumeTrue(unshare.end() == 0, "making namespaces takes root");
        }
    }

    /** In each container something is mounted there; here it is empty. */
    @AfterAll
    static void removeMountPoint() throws Exception {
        Files.deleteIfExists(Path.of(
                "/var/tmp/tcp-health-container-" + ProcessHandle.current().pid()));
    }

    @Test
    void isAttachedToThroughProc() throws Exception {
        // The container has another /tmp, and the project may have been cloned into this one.
        Path agent = TestJars.contractAgent(Path.of(
                "/var/tmp/tcp-health-container-agent-" + ProcessHandle.current().pid() + ".jar"));
        try (Child container = container()) {
            long pid = jvmIn(container);
            Cli attached = Cli.run(agent, "attach", pid);
            assertThat(attached.exit()).as(attached.err()).isZero();
            assertThat(Cli.run(agent, "report", pid).out()).startsWith("line one\n");
            assertThat(Path.of("/tmp/.java_pid1")).doesNotExist();
            try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/root/tmp"))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .contains(".java_pid1")
                        .noneMatch(name -> name.startsWith(".attach_pid") || name.startsWith(".tcp-health"));
            }
        } finally {
            Files.deleteIfExists(agent);
        }
    }

    @Test
    void isToldWhenTheJarIsNotInIt() throws Exception {
        Path agent = TestJars.contractAgent(hidden.resolve("agent.jar"));
        try (Child container = container()) {
            Cli cli = Cli.run(agent, "attach", jvmIn(container));
            assertThat(cli.exit()).isEqualTo(5);
            assertThat(cli.err()).hasLineCount(1).contains("does not have this jar at " + agent, "container", "copy");
        }
    }

    private static Child container() throws IOException {
        String classes =
                "/var/tmp/tcp-health-container-" + ProcessHandle.current().pid();
        String java = String.join(" ", Child.javaCommand(Jdk.newest().tool("java"), classes));
        String see = "mkdir -p " + classes + " && mount --bind " + TestJars.location(ChildApp.class) + " " + classes;
        return Child.start(
                        Map.of(),
                        "unshare",
                        "--pid",
                        "--fork",
                        "--mount",
                        "sh",
                        "-c",
                        see + " && mount -t tmpfs tmpfs /tmp && exec " + java)
                .awaitLine("ready");
    }

    /** The one process below unshare. */
    private static long jvmIn(Child container) {
        ProcessHandle unshare = ProcessHandle.of(container.pid()).orElseThrow();
        await().until(() -> unshare.children().count() == 1);
        return unshare.children().findFirst().orElseThrow().pid();
    }
}
