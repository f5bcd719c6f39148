package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportTest {
    private static final String SIZE = "Gr\u00f6\u00dfe";

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @Test
    void aStaleReportIsPrintedAndCalledStale() throws Exception {
        try (Publisher jvm = Publisher.start(Jdk.newest(), Map.of())) {
            jvm.publish(AgentProperty.STALE, "since 2026-11-27T10:00:00Z: no descriptors\u001b[31m\nforged: line");
            Cli none = jvm.report();
            assertThat(none.exit()).isEqualTo(7);
            assertThat(none.out()).isEmpty();
            assertThat(none.err()).hasLineCount(1).contains("has no report since 2026-11-27T10:00:00Z: no descriptors");

            jvm.publish(AgentProperty.REPORT_TEXT, "title\nSTALE: since\n");
            Cli stale = jvm.report();
            assertThat(stale.exit()).isEqualTo(7);
            assertThat(stale.out()).isEqualTo("title\nSTALE: since\n");
            assertThat(stale.err())
                    .hasLineCount(1)
                    .startsWith("tcp-health: the report of JVM " + jvm.pid())
                    .contains("is stale since 2026-11-27T10:00:00Z: no descriptors\\u001b[31m\\nforged: line.");

            jvm.publish(AgentProperty.STALE, "");
            assertThat(jvm.report()).isEqualTo(new Cli(0, "title\nSTALE: since\n", ""));
        }
    }

    @Test
    void aReportThatNobodyRenewsIsStaleToo() throws Exception {
        try (Publisher jvm = Publisher.start(Jdk.newest(), Map.of())) {
            Instant old = Instant.now().minusSeconds(60);
            jvm.publish(AgentProperty.REPORT_TEXT, "text");
            jvm.publish(AgentProperty.REPORT_JSON, "{\"at\":\"" + old + "\"}");
            jvm.publish(AgentProperty.INTERVAL, "PT10S");
            for (Cli report : List.of(jvm.report(), jvm.report("--json"))) {
                assertThat(report.exit()).isEqualTo(7);
                assertThat(report.out()).isNotEmpty();
                assertThat(report.err()).hasLineCount(1).contains("is stale since " + old + ": no sample");
            }
            jvm.publish(AgentProperty.INTERVAL, "PT1M");
            assertThat(jvm.report().exit()).isZero();
        }
    }

    @Test
    void nothingInAReportReachesTheTerminal() throws Exception {
        try (Publisher jvm = Publisher.start(Jdk.newest(), Map.of())) {
            jvm.publish(AgentProperty.REPORT_TEXT, "a\u001b]0;title\u0007\u009b31m\u202e\r\nb");
            jvm.publish(AgentProperty.REPORT_JSON, "{\"a\": \"\u001b\u202e\"}");
            assertThat(jvm.report().out()).isEqualTo("a\\u001b]0;title\\u0007\\u009b31m\\u202e\\u000d\nb\n");
            assertThat(jvm.report("--json").out()).isEqualTo("{\"a\": \"\\u001b\\u202e\"}\n");
        }
    }

    /** JSON is UTF-8 whatever the locale; a terminal gets what it has. */
    @ParameterizedTest
    @MethodSource("jdks")
    void charactersSurviveEveryLocale(Jdk jdk) throws Exception {
        Map<String, String> c = Map.of("LC_ALL", "C");
        try (Publisher jvm = Publisher.start(jdk, c, "-Dfile.encoding=ISO-8859-1")) {
            jvm.publish(AgentProperty.REPORT_TEXT, SIZE);
            jvm.publish(AgentProperty.REPORT_JSON, "{\"" + SIZE + "\": \"\u4f60\"}");
            assertThat(run(jvm.command("report", "--json"), c)).containsExactly("{\"" + SIZE + "\": \"\u4f60\"}");
            assertThat(run(jvm.command("report"), c)).containsExactly("Gr\\u00f6\\u00dfe");
            assertThat(run(jvm.command("report"), Map.of("LC_ALL", "C.UTF-8"))).containsExactly(SIZE);
        }
    }

    private static List<String> run(List<String> command, Map<String, String> environment) throws Exception {
        try (ChildProcess child = ChildProcess.start(command, environment)) {
            assertThat(child.end()).as(child.errors()).isZero();
            return child.rest();
        }
    }
}
