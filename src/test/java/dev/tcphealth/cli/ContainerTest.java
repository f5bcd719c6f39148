package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM in namespaces of its own, as in a container: its pid is another, and so are its /tmp and its network. */
class ContainerTest {
    @TempDir
    static Path hidden = Path.of("");

    private static Path agent = Path.of("");

    @BeforeAll
    static void needsNamespaces() throws Exception {
        try (Child unshare = Child.start(Map.of(), "unshare", "--pid", "--fork", "--mount", "--net", "true")) {
            assumeTrue(unshare.end() == 0, "making namespaces takes root");
        }
        agent = TestJars.contractAgent(hidden.resolve("agent.jar"), hidden);
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
        Path seen = Files.copy(
                agent,
                Path.of("/var/tmp/tcp-health-container-agent-"
                        + ProcessHandle.current().pid() + ".jar"));
        try (Child container = container()) {
            long pid = jvmIn(container);
            Cli attached = Cli.run(seen, "attach", pid);
            assertThat(attached.exit()).as(attached.err()).isZero();
            assertThat(Cli.run(seen, "report", pid).out()).startsWith("line one\n");
            assertThat(Path.of("/tmp/.java_pid1")).doesNotExist();
            try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/root/tmp"))) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .contains(".java_pid1")
                        .noneMatch(name -> name.startsWith(".attach_pid") || name.startsWith(".tcp-health"));
            }
        } finally {
            Files.deleteIfExists(seen);
        }
    }

    /** It stays there, as the JVM has it on its class path: attaching again uses it. */
    @Test
    void isGivenTheJarThatItDoesNotHave() throws Exception {
        try (Child container = container()) {
            long pid = jvmIn(container);
            for (int i = 0; i < 2; i++) {
                Cli attached = Cli.run(agent, "attach", pid);
                assertThat(attached.exit()).as(attached.err()).isZero();
                assertThat(Cli.run(agent, "report", pid).out()).startsWith("line one\n");
                assertThat(Cli.run(agent, "detach", pid).exit()).isZero();
            }
            List<Path> copies = copies(pid);
            assertThat(copies).hasSize(1);
            assertThat(Files.mismatch(agent, copies.get(0))).isEqualTo(-1);
            assertThat(Files.getPosixFilePermissions(copies.get(0)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    /** Nor would anybody else's file there be loaded. */
    @Test
    void isToldWhereTheJarCannotBePut() throws Exception {
        try (Child container = container()) {
            long pid = jvmIn(container);
            assertThat(Cli.run(agent, "attach", pid).exit()).isZero();
            assertThat(Cli.run(agent, "detach", pid).exit()).isZero();
            Files.setAttribute(copies(pid).get(0), "unix:uid", 65534);
            Cli cli = Cli.run(agent, "attach", pid);
            assertThat(cli.exit()).isEqualTo(5);
            assertThat(cli.complaint())
                    .hasLineCount(1)
                    .contains("does not have this jar at " + agent, "container", "another user", "Copy the jar");
        }
    }

    private static List<Path> copies(long pid) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/root/tmp"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(".tcp-health"))
                    .toList();
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
                        "--net",
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
