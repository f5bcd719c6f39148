package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JVMs of root and of nobody, and what each may do to the other's. */
class OtherUserTest {
    private static final String[] AS_NOBODY = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};

    @TempDir
    static Path folder = Path.of("");

    private static String classPath = "";
    private static Path agent = Path.of("");

    @BeforeAll
    static void makeReadableForAll() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "becoming another user takes root");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path classes = Files.createDirectory(
                folder.resolve("classes"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        agent = TestJars.contractAgent(folder.resolve("agent.jar"), classes);
        classPath = TestJars.classPath(classes);
    }

    @Test
    void isRefusedRootsJvmAndDoesNotSeeIt() throws Exception {
        try (Child roots = Child.app(Jdk.newest())) {
            for (String command : List.of("attach", "detach", "report")) {
                try (Child cli = commandLineOfNobody(command, Long.toString(roots.pid()))) {
                    assertThat(cli.end()).isEqualTo(4);
                    assertThat(cli.lines())
                            .singleElement()
                            .asString()
                            .contains("process " + roots.pid() + " belongs to user root", "as root");
                }
            }
            try (Child list = commandLineOfNobody("list")) {
                assertThat(list.end()).isZero();
                assertThat(list.lines()).noneMatch(line -> line.contains(Long.toString(roots.pid())));
            }
        }
    }

    @Test
    void attachesToItsOwnJvm() throws Exception {
        try (Child own = appOfNobody();
                Child cli = commandLineOfNobody("attach", Long.toString(own.pid()))) {
            assertThat(cli.end()).as(cli.lines().toString()).isZero();
            assertThat(Cli.run(agent, "list").out())
                    .containsPattern(
                            " *" + own.pid() + "  nobody +" + Jdk.newest().version() + " ");
        }
    }

    @Test
    void isAttachedToByRoot() throws Exception {
        try (Child own = appOfNobody()) {
            Cli cli = Cli.run(agent, "attach", own.pid(), "depth=1");
            assertThat(cli.exit()).as(cli.err()).isZero();
            assertThat(cli.out()).contains("options [depth=1]");
            assertThat(Cli.run(agent, "report", own.pid()))
                    .isEqualTo(new Cli(0, "line one\n  \u00fcber \u4f60\u597d = # ! \\ line two\n", ""));
            assertThat(Cli.run(agent, "detach", own.pid()).out()).isEqualTo("out again\n");
            assertThat(Cli.run(agent, "report", own.pid()).exit()).isEqualTo(6);
        }
    }

    @Test
    void cannotReadAJarInRootsOwnFolder() throws Exception {
        Path hidden = Files.createDirectory(
                folder.resolve("hidden"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path jar = Files.copy(agent, hidden.resolve("agent.jar"));
        try (Child own = appOfNobody()) {
            Cli cli = Cli.run(jar, "attach", own.pid());
            assertThat(cli.exit()).isEqualTo(5);
            assertThat(cli.complaint()).hasLineCount(1).contains("user nobody", "cannot read " + jar, "copy it");
        }
    }

    /** /tmp is everybody's, so a socket there may be anybody's. */
    @Test
    void mayNotPutASocketInTheJvmsPlace() throws Exception {
        try (Child roots = Child.app(Jdk.newest())) {
            Path socket = Path.of("/tmp/.java_pid" + roots.pid());
            Files.createFile(socket);
            try {
                Files.setAttribute(socket, "unix:uid", 65534);
                Cli cli = Cli.run(agent, "report", roots.pid());
                assertThat(cli.exit()).isEqualTo(5);
                assertThat(cli.err()).hasLineCount(1).contains(socket + " belongs to user nobody", "remove it");
            } finally {
                Files.deleteIfExists(socket);
            }
        }
    }

    private static Child appOfNobody() throws IOException {
        return start(Child.javaCommand(java(), classPath)).awaitLine("ready");
    }

    private static Child commandLineOfNobody(String... args) throws IOException {
        return start(Stream.concat(
                        Stream.of(java(), "-cp", classPath, CliMain.class.getName(), agent.toString()), Stream.of(args))
                .toArray(String[]::new));
    }

    private static Child start(String... command) throws IOException {
        return Child.start(
                Map.of(),
                Stream.concat(Stream.of(AS_NOBODY), Stream.of(command)).toArray(String[]::new));
    }

    private static String java() {
        return Jdk.newest().tool("java");
    }
}
