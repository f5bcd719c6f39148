package dev.tcphealth;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.report.ReportContext;
import dev.tcphealth.report.ReportJson;
import dev.tcphealth.report.ReportText;
import dev.tcphealth.report.StaleReport;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last report, in the JVM's agent properties, where another process reads it by the attach mechanism. Where a sample
 * fails the last one stays there and says that it is stale. All but {@link #text} is the sampling thread's.
 */
final class Reports {

    private final JvmInside inside;
    private final ReportContext context;
    private volatile @Nullable String text;
    private @Nullable String freshText;
    private @Nullable String freshJson;
    private @Nullable Instant staleSince;
    private boolean told;

    Reports(JvmInside inside, ReportContext context) {
        this.inside = inside;
        this.context = context;
    }

    /** The last report for people; null before the first. */
    @Nullable
    String text() {
        return text;
    }

    void publish(Snapshot snapshot, HealthReport judged) {
        String page = ReportText.render(snapshot, judged, context);
        String json = ReportJson.render(snapshot, judged, context);
        inside.publish(AgentProperty.REPORT_TEXT.key(), page);
        inside.publish(AgentProperty.REPORT_JSON.key(), json);
        inside.publish(AgentProperty.STALE.key(), null);
        text = page;
        if (freshText == null) {
            // Its classes are loaded now: those that are initialised while there is no memory never are again.
            StaleReport.text(page, snapshot.at(), "");
            StaleReport.json(json, snapshot.at(), "");
            StaleReport.line(snapshot.at(), "");
        }
        freshText = page;
        freshJson = json;
        staleSince = null;
        told = false;
    }

    /**
     * Says that the last report is not of now, by as little memory as that takes: for want of it the sample may have
     * failed. To be called again for each sample that fails, as there may be memory again.
     */
    void stale(String reason) {
        Instant since = staleSince;
        if (since == null) {
            since = Instant.now();
            staleSince = since;
        }
        // First what is short; no longer than a line, as it is read as one.
        inside.publish(AgentProperty.STALE.key(), StaleReport.line(since, reason));
        if (told) {
            return;
        }
        if (freshText == null || freshJson == null) {
            freshText = ReportText.render(Snapshot.EMPTY, HealthReport.NONE, context);
            freshJson = ReportJson.render(Snapshot.EMPTY, HealthReport.NONE, context);
        }
        String page = StaleReport.text(freshText, since, reason);
        text = page;
        inside.publish(AgentProperty.REPORT_TEXT.key(), page);
        inside.publish(AgentProperty.REPORT_JSON.key(), StaleReport.json(freshJson, since, reason));
        told = true;
    }

    /** Tells readers how far apart samples are now, so that they can tell when the reports are too old. */
    void interval(Duration inForce) {
        inside.publish(AgentProperty.INTERVAL.key(), inForce.toString());
    }

    static void unpublish(JvmInside inside) {
        inside.publish(AgentProperty.REPORT_TEXT.key(), null);
        inside.publish(AgentProperty.REPORT_JSON.key(), null);
        inside.publish(AgentProperty.STALE.key(), null);
        inside.publish(AgentProperty.INTERVAL.key(), null);
    }
}
