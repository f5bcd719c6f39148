package dev.tcphealth.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.health.HealthReport;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReportJsonTest {

    @Test
    void saysWhatIsWrong() {
        Map<String, Object> report = Json.object(ReportJson.render(Samples.bad(), Samples.sick(), Samples.CONTEXT));
        assertThat(at(report, "health", "status")).isEqualTo("CRITICAL");
        assertThat(at(report, "health", "findingsTotal")).hasToString("2");
        assertThat(at(report, "health", "findings", 0, "rule")).isEqualTo("ports");
        assertThat(at(report, "health", "findings", 0, "evidence", 0))
                .hasToString("{what=connects without a port, value=3.0, unit=connects}");
        assertThat(at(report, "health", "findings", 1, "codePath"))
                .isEqualTo("com.acme.shop.Inventory.poll(Inventory.java:88)");
        assertThat(at(report, "health", "findings", 1, "since")).isEqualTo("2026-11-23T14:01:09Z");
        assertThat(at(report, "health", "notEnoughData", 0)).asString().contains("too few to judge by");
        assertThat(at(report, "health", "forecasts", 0, "secondsLeft")).hasToString("90.5");
        assertThat(at(report, "health", "forecasts", 1)).asString().contains("secondsLeft=null");
    }

    @Test
    void saysWhatTheSnapshotSays() {
        Map<String, Object> report = render(Samples.bad());

        assertThat(report.keySet())
                .containsExactly(
                        "agent",
                        "at",
                        "health",
                        "intervalSeconds",
                        "tookSeconds",
                        "host",
                        "jvm",
                        "coverage",
                        "timeWait",
                        "closeWait",
                        "codePathsTotal",
                        "codePaths",
                        "destinationsTotal",
                        "destinations",
                        "listeners",
                        "retransmittedSegments",
                        "missing");
        assertThat(at(report, "agent", "pid")).hasToString("4711");
        assertThat(at(report, "at")).isEqualTo("2026-11-23T14:05:09Z");
        assertThat(at(report, "host", "sockets", "TIME_WAIT")).hasToString("1302");
        assertThat(at(report, "host", "tcp", "retransmissionPercent")).hasToString("0.0123");
        assertThat(at(report, "timeWait")).hasToString("{total=1302, ofCodePaths=1300, others=2, unexplained=0}");
        assertThat(at(report, "closeWait", "oldestSeconds")).hasToString("754.0");
        assertThat(at(report, "codePaths", 0, "name")).isEqualTo("com.acme.shop.Prices.lookup(Prices.java:42)");
        assertThat(at(report, "codePaths", 0, "stack", 1)).isEqualTo("com.acme.shop.Checkout.run(Checkout.java:103)");
        assertThat(at(report, "codePaths", 3, "timeWaitByCloser")).hasToString("300");
        assertThat(at(report, "destinations", 3, "inbound")).isEqualTo(true);
    }

    @Test
    void tellsHowConnectionsEnded() {
        Map<String, Object> report = render(Samples.bad());
        for (String table : List.of("codePaths", "destinations")) {
            assertThat(at(report, table, 1, "endings"))
                    .as(table)
                    .hasToString("{activeFin=7, passiveFin=2, ourReset=1, peerReset=3, neverConnected=6, unknown=0,"
                            + " halfClosed=4, deferred=5}");
            assertThat(at(report, table, 1, "connects"))
                    .as(table)
                    .hasToString("{connected=52, refused=3, timedOut=1, unreachable=0, noLocalPort=2, failed=0,"
                            + " times={count=52, medianMicros=415, p99Micros=1535, maxMicros=2047}}");
            assertThat(at(report, table, 1, "lifetimes"))
                    .as(table)
                    .hasToString("{count=13, medianMicros=15359, p99Micros=131071, maxMicros=262143}");
            assertThat(at(report, table, 1, "traffic"))
                    .as(table)
                    .hasToString("{segmentsSent=20000, segmentsRetransmitted=60, synRetransmitted=20,"
                            + " retransmissionPercent=0.3, bytesSent=1500000, bytesReceived=3000000,"
                            + " exchangesAtMost=900}");
        }
    }

    @Test
    void whatIsUnknownIsNull() {
        Map<String, Object> bad = render(Samples.bad());
        assertThat(at(bad, "host", "totals")).asString().contains("listenOverflows=null, listenDrops=113");
        assertThat(at(bad, "host", "interfaces", 0)).asString().contains("utilisationPercent=null");
        assertThat(at(render(Samples.huge()), "coverage"))
                .hasToString("{descriptors=null, known=0, stateless=0, percent=null}");
        assertThat(render(Snapshot.EMPTY).keySet()).containsExactly("agent", "at", "missing");
    }

    @Test
    void hostileNamesComeBackButForLoneSurrogates() throws CharacterCodingException {
        String text = ReportJson.render(Samples.hostile(), HealthReport.NONE, Samples.CONTEXT);

        assertThat(at(Json.object(text), "codePaths", 0, "name"))
                .isEqualTo(Samples.HOSTILE.replace('\ud800', '\ufffd'));
        assertThat(text).doesNotContainPattern("\\p{Cntrl}");
        assertThat(StandardCharsets.UTF_8
                        .newEncoder()
                        .encode(CharBuffer.wrap(text))
                        .remaining())
                .isPositive();
    }

    @Test
    void isBoundedAndSaysSo() {
        Map<String, Object> report = render(Samples.huge());
        assertThat((List<?>) at(report, "codePaths")).hasSize(Facts.MOST_ROWS);
        assertThat(at(report, "codePathsTotal")).hasToString("10000");
        assertThat((List<?>) at(report, "destinations")).hasSize(Facts.MOST_ROWS);
        assertThat(at(report, "destinationsTotal")).hasToString("10000");
    }

    private static Map<String, Object> render(Snapshot snapshot) {
        return Json.object(ReportJson.render(snapshot, HealthReport.NONE, Samples.CONTEXT));
    }

    private static Object at(Map<String, Object> report, Object... path) {
        Object value = report;
        for (Object step : path) {
            Object next = step instanceof Integer index ? ((List<?>) value).get(index) : ((Map<?, ?>) value).get(step);
            value = Objects.requireNonNull(next);
        }
        return value;
    }
}
