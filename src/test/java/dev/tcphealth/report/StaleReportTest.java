package dev.tcphealth.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.health.HealthReport;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StaleReportTest {

    private static final Instant SINCE = Instant.parse("2026-11-23T14:05:09Z");
    private static final String REASON = "a sample failed: java.lang.OutOfMemoryError: \"Java\nheap\u001b[2J space\"";

    @Test
    void thePageSaysSoRightAfterItsTitle() {
        String page = ReportText.render(Samples.bad(), HealthReport.NONE, Samples.CONTEXT);
        String[] before = page.split("\n", 3);
        String[] after = StaleReport.text(page, SINCE, REASON).split("\n", 4);
        assertThat(after[0]).isEqualTo(before[0]);
        assertThat(after[1]).isEqualTo(before[1]);
        assertThat(after[2])
                .isEqualTo("STALE: no sample since 2026-11-23T14:05:09Z: a sample failed:"
                        + " java.lang.OutOfMemoryError: \"Java\\nheap\\u001b[2J space\"");
        assertThat(after[3]).isEqualTo(before[2]);
    }

    @Test
    void theDocumentHasAMemberMore() {
        String document = ReportJson.render(Samples.bad(), HealthReport.NONE, Samples.CONTEXT);
        Map<?, ?> stale = Json.object(StaleReport.json(document, SINCE, REASON));
        assertThat(stale.get("stale")).hasToString("{since=2026-11-23T14:05:09Z, reason=" + REASON + "}");
        assertThat(stale).hasSize(Json.object(document).size() + 1);
    }

    @Test
    void theLineIsOne() {
        assertThat(StaleReport.line(SINCE, REASON))
                .startsWith("since 2026-11-23T14:05:09Z: a sample failed: ")
                .doesNotContain("\n");
    }

    @Test
    void beforeTheFirstSampleAsWell() {
        String page = ReportText.render(Snapshot.EMPTY, HealthReport.NONE, Samples.CONTEXT);
        assertThat(StaleReport.text(page, SINCE, REASON).split("\n", -1)[2]).startsWith("STALE: ");
    }
}
