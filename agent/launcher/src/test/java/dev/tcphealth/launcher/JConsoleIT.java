package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * JConsole itself, on a screen in memory, driven as a person would by scripts/jconsole: it shows the agent's tree, unfolds
 * a table, draws a plot, runs an operation, and receives a notification.
 */
class JConsoleIT {

    private static final Path DRIVER = Path.of("../../scripts/jconsole/JConsolePictures.java");

    @TempDir
    Path folder;

    /** Headless JDKs have none. */
    static Stream<Jdk> jdksWithJConsole() {
        List<Jdk> jdks = Jdk.all().stream()
                .filter(jdk -> Files.exists(Path.of(jdk.tool("jconsole")))
                        && Files.exists(jdk.home().resolve("lib/libawt_xawt.so")))
                .toList();
        assumeFalse(jdks.isEmpty(), "no JDK here has a graphical half");
        return jdks.stream();
    }

    @ParameterizedTest
    @MethodSource("jdksWithJConsole")
    @Execution(ExecutionMode.CONCURRENT)
    void showsWhatThereIs(Jdk jdk) throws Exception {
        Optional<Path> xvfb = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(place -> Path.of(place, "Xvfb"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(xvfb.isPresent(), "needs Xvfb (package xvfb)");
        try (ChildProcess screen = ChildProcess.start(List.of(
                        xvfb.orElseThrow().toString(),
                        "-displayfd",
                        "1",
                        "-screen",
                        "0",
                        "960x600x24",
                        "-nolisten",
                        "tcp"));
                ChildProcess peer = Child.start(Child.command(jdk, PeerApp.class));
                ChildProcess app = Child.start(Child.command(jdk, SocketApp.class, Child.javaagent("close-wait=1s")))) {
            String display = screen.line();
            String port = peer.line();
            app.await("ready");
            assertThat(app.ask("leaveC " + port + " 2")).isEqualTo("done");
            Child.awaitSamples(app, 1);
            try (ChildProcess jconsole = ChildProcess.start(
                    List.of(
                            jdk.tool("java"),
                            "-Duser.home=" + folder,
                            "--add-modules",
                            "jdk.jconsole",
                            "--add-exports",
                            "jdk.jconsole/sun.tools.jconsole=ALL-UNNAMED",
                            DRIVER.toString(),
                            Long.toString(app.pid()),
                            folder.toString(),
                            "SocketApp.pathC(SocketApp.java:",
                            "0"),
                    Map.of("DISPLAY", ":" + display))) {
                String line = jconsole.line();
                while (!line.equals("plotted")) {
                    line = jconsole.line();
                }
                assertThat(app.ask("closeAll")).isEqualTo("done");
                assertThat(jconsole.end()).as(jconsole.errors()).isZero();
                assertThat(jconsole.printed())
                        .contains("mbean CodePath", "mbean Destination", "mbean Health", "mbean Host")
                        .anyMatch(text -> text.startsWith("code path \"SocketApp.pathC(SocketApp.java:"))
                        .anyMatch(text -> text.matches("finding (WARNING|CRITICAL): .*pathC.*"))
                        .anyMatch(text -> text.matches("first row SocketApp.pathC.*: 2 CLOSE_WAIT, 2 live"))
                        .anyMatch(text -> text.matches("notification CLEARED .*pathC.*"));
            }
            try (Stream<Path> pictures = Files.list(folder)) {
                assertThat(pictures.map(picture -> picture.getFileName().toString()))
                        .contains("health.png", "report.png", "table.png", "plot.png", "notifications.png");
            }
        }
    }
}
