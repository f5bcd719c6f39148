package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.config.SamplerThread;
import dev.tcphealth.testing.Jdk;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ListTest {
    private static final Path AGENT = Path.of("/nowhere/tcp-health-agent.jar");

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void showsEveryJvmAndWhetherTheAgentIsIn(Jdk jdk) throws Exception {
        String classPath = TestJars.location(ChildApp.class).toString();
        String[] with = Child.javaCommand(jdk.tool("java"), classPath, ChildApp.class.getName());
        with[with.length - 1] = SamplerThread.NAME;
        try (Child without = Child.app(jdk);
                Child in = Child.start(Map.of(), with).awaitLine("ready")) {
            await().untilAsserted(() -> {
                String start = " +\\S+ +" + jdk.version().replace(".", "\\.") + " +";
                assertThat(row(without.pid())).get().asString().matches(without.pid() + start + "no +" + name());
                assertThat(row(in.pid())).get().asString().matches(in.pid() + start + "yes +" + name());
            });
            assertThat(row(ProcessHandle.current().pid())).isEmpty();

            Cli json = Cli.run(AGENT, "list", "--json");
            assertThat(json.exit()).isZero();
            assertThat(json.out())
                    .startsWith("[{")
                    .contains("{\"pid\": " + in.pid() + ", \"user\": \"" + System.getProperty("user.name")
                            + "\", \"jdk\": \"" + jdk.version() + "\", \"agent\": true, \"main\": \"" + name() + "\"}");
            without.end();
            assertThat(without.lines()).containsExactly("ready");
        }
    }

    @Test
    void isATable() {
        ProcPid one = new ProcPid(Path.of("/proc"), 7);
        ProcPid two = new ProcPid(Path.of("/proc"), 12345);
        JdkVersion jdk = new JdkVersion("17.0.15");
        List<JvmProcess> jvms = List.of(
                new JvmProcess(one, 7, 0, "root", new JavaCommand("a\"b\\\n", List.of()), jdk, false, true),
                new JvmProcess(two, 1, 9, "jo", new JavaCommand("x", List.of()), JdkVersion.UNKNOWN, false, false));
        assertThat(JvmTable.text(new Listing(jvms.subList(1, 2), new TreeMap<>(), 0)))
                .isEqualTo("""
                  PID  USER  JDK  AGENT  MAIN
                12345  jo    -    no     x
                """);
        assertThat(JvmTable.json(new Listing(jvms, new TreeMap<>(), 0))).isEqualTo("""
                [{"pid": 7, "user": "root", "jdk": "17.0.15", "agent": true, "main": "a\\"b\\\\\\\\n"},
                 {"pid": 12345, "user": "jo", "jdk": null, "agent": false, "main": "x"}]
                """);
    }

    private static String name() {
        return ChildApp.class.getName();
    }

    private static Optional<String> row(long pid) {
        Cli list = Cli.run(AGENT, "list");
        assertThat(list.exit()).isZero();
        assertThat(list.out()).matches("(?s) *PID  USER +JDK +AGENT  MAIN\n.*");
        return list.out()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(pid + " "))
                .findFirst();
    }
}
