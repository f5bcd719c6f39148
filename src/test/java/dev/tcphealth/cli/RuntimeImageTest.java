package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runtimes made by jlink: the command line runs in one without jdk.attach, and the targets do. */
class RuntimeImageTest {
    @TempDir
    static Path folder = Path.of("");

    private static String java = "";
    private static String classPath = "";
    private static Path agent = Path.of("");

    @BeforeAll
    static void link() throws Exception {
        java = link(Jdk.newest(), "java.base,java.instrument,java.management", "runtime");
        classPath = TestJars.commandLine(Files.createDirectory(folder.resolve("classes")));
        agent = TestJars.contractAgent(folder.resolve("agent.jar"));
    }

    private static String link(Jdk jdk, String modules, String name) throws Exception {
        Path image = folder.resolve(name);
        try (Child jlink =
                Child.start(Map.of(), jdk.tool("jlink"), "--add-modules", modules, "--output", image.toString())) {
            assertThat(jlink.end()).as(jlink.lines().toString()).isZero();
        }
        return image.resolve("bin/java").toString();
    }

    @Test
    void attachesFromAndToARuntimeWithoutJdkAttach() throws Exception {
        try (Child modules = Child.start(Map.of(), java, "--list-modules")) {
            modules.end();
            assertThat(modules.lines()).hasSize(3).noneMatch(line -> line.startsWith("jdk.attach"));
        }
        try (Child child = Child.app(java, classPath, Map.of())) {
            String pid = Long.toString(child.pid());
            assertThat(commandLine("attach", pid)).anyMatch(line -> line.startsWith("options []"));
            assertThat(commandLine("list"))
                    .anyMatch(line -> line.strip().matches(pid + " .* " + ChildApp.class.getName()));
            assertThat(commandLine("report", pid)).contains("line one");
            assertThat(commandLine("detach", pid)).contains("out again");
            assertThat(commandLine("report", "--help")).anyMatch(line -> line.contains("Exit codes"));
        }
    }

    private static List<String> commandLine(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(java, "-cp", classPath, CliMain.class.getName(), agent.toString()));
        command.addAll(List.of(args));
        try (Child cli = Child.start(Map.of(), command.toArray(String[]::new))) {
            assertThat(cli.end()).as(cli.lines().toString()).isZero();
            return cli.lines();
        }
    }

    @Test
    void aRuntimeWithoutInstrumentCannotTakeTheAgent() throws Exception {
        String bare = link(Jdk.newest(), "java.base", "bare");
        try (Child child = Child.app(bare, classPath, Map.of())) {
            Cli cli = Cli.run(agent, "attach", child.pid());
            assertThat(cli.exit()).isEqualTo(5);
            assertThat(cli.complaint()).hasLineCount(1).contains("lacks the module java.instrument", "jlink");
        }
    }

    /** No such JDK is here: what counts is what the release file beside the libjvm.so says. */
    @Test
    void aJdkBefore17IsToldSo() throws Exception {
        Path release = Path.of(java).resolveSibling("../release").normalize();
        String before = Files.readString(release, UTF_8);
        try (Child child = Child.app(java, classPath, Map.of())) {
            Files.writeString(release, before.replaceFirst("JAVA_VERSION=\"[^\"]*\"", "JAVA_VERSION=\"11.0.2\""));
            Cli cli = Cli.run(agent, "attach", child.pid());
            assertThat(cli.exit()).isEqualTo(3);
            assertThat(cli.err()).hasLineCount(1).contains("JDK 11.0.2", "17 or later");
        } finally {
            Files.writeString(release, before);
        }
    }
}
