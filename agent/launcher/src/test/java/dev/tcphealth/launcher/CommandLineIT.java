package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The shipped jar's command line, from attaching to detaching, as a person or a script uses it. */
class CommandLineIT {

    private static final int A = 30;
    private static final int C = 5;

    @OnEveryJdk
    void fromAttachingToDetaching(Jdk jdk) throws Exception {
        try (ChildProcess peer = Child.start(Child.command(jdk, PeerApp.class));
                ChildProcess app = Child.start(Child.command(jdk, SocketApp.class))) {
            int port = Integer.parseInt(peer.line());
            app.await("ready");
            String pid = Long.toString(app.pid());
            assertThat(listed(jdk, pid)).contains(SocketApp.class.getName(), jdk.version());

            Child.Finished early = Child.cli(jdk, "report", pid);
            assertThat(early.exit()).isEqualTo(6);
            assertThat(early.output()).isEmpty();
            assertThat(early.errors()).hasLineCount(1).contains("not in JVM " + pid, "attach " + pid);
            assertThat(Child.cli(jdk, "detach", pid).exit()).isEqualTo(6);

            Child.Finished attached = Child.cli(jdk, "attach", pid, "interval=1s", "depth=16");
            assertThat(attached.exit()).as(attached.errors()).isZero();
            assertThat(attached.errors()).startsWith("attaching to " + pid).contains("attached in ");
            assertThat(attached.output()).anyMatch(line -> line.endsWith("report " + pid));
            assertThat(listed(jdk, pid)).contains("yes");

            assertThat(app.ask("closeA " + port + " " + A)).isEqualTo("done");
            assertThat(app.ask("leaveC " + port + " " + C)).isEqualTo("done");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Child.sum(app, "type=CodePaths", "pathC", "CloseWait") == C);
            assertReport(Child.cli(jdk, "report", pid));
            assertJson(Child.cli(jdk, "report", "--json", pid));

            Child.Finished detached = Child.cli(jdk, "detach", pid);
            assertThat(detached.exit()).as(detached.errors()).isZero();
            assertThat(detached.output()).anyMatch(line -> line.startsWith("detached from JVM " + pid));
            assertThat(Child.cli(jdk, "report", pid).exit()).isEqualTo(6);
            assertThat(listed(jdk, pid)).doesNotContain("yes");
        }
    }

    private static String listed(Jdk jdk, String pid) throws Exception {
        Child.Finished list = Child.cli(jdk, "list");
        assertThat(list.exit()).as(list.errors()).isZero();
        return list.output().stream()
                .filter(line -> line.strip().startsWith(pid + " "))
                .findFirst()
                .orElse("");
    }

    private static void assertReport(Child.Finished report) {
        assertThat(report.exit()).as(report.errors()).isZero();
        assertThat(report.errors()).isEmpty();
        String page = String.join("\n", report.output());
        assertThat(page)
                .contains("TIME_WAIT", "CLOSE_WAIT", SocketApp.class.getName())
                .containsPattern("\\b" + A + "\\b.*SocketApp\\.pathA\\(SocketApp\\.java:\\d+\\)")
                .containsPattern("\\b" + C + "\\b.*SocketApp\\.pathC\\(SocketApp\\.java:\\d+\\)")
                .contains("SocketApp.main(SocketApp.java:");
    }

    private static void assertJson(Child.Finished report) {
        assertThat(report.exit()).as(report.errors()).isZero();
        assertThat(report.errors()).isEmpty();
        String json = String.join("\n", report.output());
        assertThat(json).startsWith("{").endsWith("}");
        assertThat(BareJson.mistake(json)).isEmpty();
        assertThat(json).containsPattern(Pattern.compile("SocketApp\\.pathC\\(SocketApp\\.java:\\d+\\)"));
    }

    @OnEveryJdk
    void aJvmThatTakesNoAttachers(Jdk jdk) throws Exception {
        List<String> command = Child.command(jdk, SocketApp.class, "-XX:+DisableAttachMechanism", Child.javaagent());
        try (ChildProcess app = Child.start(command)) {
            app.await("ready");
            Child.Finished report = Child.cli(jdk, "report", Long.toString(app.pid()));
            assertThat(report.exit()).isEqualTo(5);
            assertThat(report.errors()).hasLineCount(1).contains("DisableAttachMechanism");
            assertThat(app.end()).isZero();
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void helpAndVersion(Jdk jdk) throws Exception {
        Child.Finished version = Child.cli(jdk, "--version");
        assertThat(version.exit()).isZero();
        assertThat(version.output()).hasSize(1);
        assertThat(version.output().get(0)).matches("tcp-health \\d+\\.\\d+\\.\\d+");
        for (String command : List.of("list", "attach", "detach", "report", "watch", "host")) {
            Child.Finished help = Child.cli(jdk, command, "--help");
            assertThat(help.exit()).isZero();
            assertThat(help.errors()).isEmpty();
            assertThat(String.join("\n", help.output())).contains("Usage: ", command, "Exit codes:");
        }
        Child.Finished nothing = Child.cli(jdk);
        assertThat(nothing.exit()).isEqualTo(2);
        assertThat(nothing.errors()).contains("Usage: ");
        Child.Finished wrong = Child.cli(jdk, "atach", "1");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.errors()).hasLineCount(1).contains("atach");
        Child.Finished noJvm = Child.cli(jdk, "attach", "999999999");
        assertThat(noJvm.exit()).isEqualTo(3);
        assertThat(noJvm.errors()).contains("999999999");
    }

    @OnEveryJdk
    void theHostWithoutAnyJvm(Jdk jdk) throws Exception {
        Child.Finished host = Child.cli(jdk, "host", "1", "1");
        assertThat(host.exit()).as(host.errors()).isZero();
        assertThat(host.errors()).isEmpty();
        assertThat(host.output())
                .anyMatch(line -> line.contains("%ifutil"))
                .anyMatch(line -> line.startsWith("Average:           lo "))
                .last()
                .asString()
                .startsWith("Average:    retransmissions ");
    }

    /** The check is one itself. */
    @Test
    void bareJson() {
        assertThat(BareJson.mistake("{\"a\": [1, -2.5e3, null, true, \"\\u00e4\\n\"], \"b\": {}}"))
                .isEmpty();
        for (String bad : List.of("", "{", "{\"a\" 1}", "{\"a\": NaN}", "[1,]", "{} x", "\"\t\"", "{'a': 1}", "01")) {
            assertThat(BareJson.mistake(bad)).as(bad).isNotEmpty();
        }
    }
}
