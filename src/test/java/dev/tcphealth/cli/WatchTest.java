package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code watch} beside JVMs that publish what they like; beside real agents it is tested with the jar. */
class WatchTest {
    private static final String AT = "2026-11-27T10:00:05Z";

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    private static String report(String findings) {
        return "{\"at\":\"" + AT + "\",\"health\":{\"findings\":[" + findings + "]}}";
    }

    private static String finding(String severity, String title) {
        return "{\"rule\":\"r\",\"subject\":\"s\",\"severity\":\"" + severity + "\",\"title\":\"" + title
                + "\",\"since\":\"" + AT + "\"}";
    }

    @Test
    void followsTheReportsWhateverTheyAre() throws Exception {
        try (Publisher jvm = Publisher.start(Jdk.newest(), Map.of())) {
            jvm.publish(AgentProperty.REPORT_JSON, report(finding("WARNING", "one")));
            try (ChildProcess watch = ChildProcess.start(jvm.command("watch"))) {
                assertThat(watch.line()).endsWith(" ACTIVE WARNING: one");
                assertThat(watch.errors()).contains("1 finding now");
                jvm.publish(AgentProperty.REPORT_JSON, "[".repeat(100_000));
                jvm.publish(AgentProperty.STALE, "since " + AT + ": \u001b[31m");
                awaitErrors(watch, "is stale since " + AT + ": \\u001b[31m.");
                jvm.publish(AgentProperty.REPORT_JSON, report(finding("CRITICAL", "\\u001b[31mone\\n2026 RAISED")));
                assertThat(watch.line()).endsWith(" ESCALATED CRITICAL: \\u001b[31mone\\n2026 RAISED");
                jvm.publish(AgentProperty.STALE, "");
                awaitErrors(watch, "is up to date again.");
                jvm.publish(AgentProperty.REPORT_JSON, report(""));
                assertThat(watch.line()).contains(" CLEARED CRITICAL: ");
                assertThat(jvm.end()).isZero();
                assertThat(watch.end()).as(watch.errors()).isZero();
                assertThat(watch.errors()).contains("has ended.");
                assertThat(watch.rest()).isEmpty();
            }
        }
    }

    @Test
    void endsWhenTheAgentHasGone() throws Exception {
        try (Publisher jvm = Publisher.start(Jdk.newest(), Map.of())) {
            jvm.publish(AgentProperty.REPORT_JSON, report(finding("WARNING", "one")));
            try (ChildProcess watch = ChildProcess.start(jvm.command("watch"))) {
                assertThat(watch.line()).contains("ACTIVE");
                jvm.publish(AgentProperty.VERSION, "");
                assertThat(watch.end()).isEqualTo(6);
                assertThat(watch.errors()).contains("has been detached");
            }
        }
    }

    /** Nothing is published any more, so nothing is written that would tell. */
    @ParameterizedTest
    @MethodSource("jdks")
    void endsWhenItsReaderHasGone(Jdk jdk) throws Exception {
        try (Publisher jvm = Publisher.start(jdk, Map.of())) {
            jvm.publish(AgentProperty.REPORT_JSON, report(finding("WARNING", "one")));
            String watch = String.join(" ", jvm.command("watch"));
            try (ChildProcess pipe = ChildProcess.start(List.of("/bin/sh", "-c", watch + " | head -1"))) {
                assertThat(pipe.end()).as(pipe.errors()).isZero();
                assertThat(pipe.rest()).singleElement().asString().endsWith(" ACTIVE WARNING: one");
                assertThat(pipe.errors()).doesNotContain("has ended", "rror");
            }
            assertThat(jvm.end()).isZero();
        }
    }

    /** As where the folder that is the JVM's root is a file system of its own, which answers nothing. */
    @Test
    void givesUpReadingThatNeverEnds() throws Exception {
        FutureTask<Integer> never = new FutureTask<>(() -> 0);
        assertThat(WatchCommand.awaitDone(never, new Reader(System.out), Deadline.in(Duration.ofMillis(1))))
                .isTrue();
        assertThat(never.isDone()).isFalse();
    }

    private static void awaitErrors(ChildProcess watch, String words) {
        await().atMost(Duration.ofSeconds(30))
                .failFast(() -> !watch.alive())
                .until(() -> watch.errors().contains(words));
    }
}
