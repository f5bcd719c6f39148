package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.Maze;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** However cheaply stacks are matched, each connection is counted under its own, while compilers do what they do. */
class PathsIT {

    private static final int CONNECTIONS = 40_000;
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    @OnEveryJdk
    void everyStackIsCountedForItself(Jdk jdk) throws Exception {
        String agent = Child.javaagent("max-overhead=0", "depth=200");
        List<String> command = Child.command(jdk, PathsApp.class, agent, "-XX:TieredStopAtLevel=4");
        Child.addToClassPath(
                command,
                Path.of(Maze.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()));
        try (ChildProcess app = Child.start(command)) {
            app.await("ready");
            assertThat(app.ask("run " + CONNECTIONS + " platform")).isEqualTo("done");
            if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
                assertThat(app.ask("run " + CONNECTIONS + " virtual")).isEqualTo("done");
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(app.ask("check")).isEqualTo("exact"));
            assertThat(app.ask("jmx type=Agent ErrorsSwallowed")).isEqualTo("0");
            assertThat(app.ask("jmx type=Agent StackAccess")).isEqualTo("matched by their physical frames");
        }
    }
}
