package dev.tcphealth.mbean;

import dev.tcphealth.health.Change;
import dev.tcphealth.health.Finding;
import dev.tcphealth.health.Forecast;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.health.Severity;
import dev.tcphealth.mbean.Table.Column;
import dev.tcphealth.report.FindingText;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import javax.management.MBeanException;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Health}: what is wrong, what will run out, and notifications of both. */
@Described(
        description = "What is wrong with this JVM's connections, and what to do about it. Notifications tell when a"
                + " finding is raised, escalated, eased or cleared")
public final class HealthView {

    private static final String TYPE = "tcphealth.finding.";

    private static final Table<Finding> FINDINGS = new Table<>(
            "Finding",
            "Findings, the worst and oldest first",
            List.of(
                    Column.about(
                            "how bad it is, and what is wrong",
                            finding -> finding.severity().name() + ": " + finding.title()),
                    Column.text(
                            "Severity",
                            "WARNING or CRITICAL",
                            finding -> finding.severity().name()),
                    Column.text("Title", "what is wrong", Finding::title),
                    Column.text("CodePath", "the code path to look at; empty: none", Finding::codePath),
                    Column.text("Destination", "where it leads; empty: none", Finding::destination),
                    Column.text("Evidence", "the numbers it rests on", FindingText::evidence),
                    Column.text("Advice", "what to do about it", Finding::advice),
                    Column.text(
                            "Since",
                            "when it was first seen (ISO 8601, UTC)",
                            finding -> finding.since().toString()),
                    Column.text("Rule", "the rule that was broken", Finding::rule),
                    Column.whole(
                            "CodePathId",
                            "the code path's number, for CodePaths.stack; -1: none",
                            Finding::codePathId)));

    private static final Table<Forecast> FORECASTS = new Table<>(
            "Forecast",
            "What is limited, the first to run out first",
            List.of(
                    Column.text("What", "what may run out", Forecast::what),
                    Column.count("Used", "how many are in use (count)", Forecast::used),
                    Column.count("Limit", "how many there are (count)", Forecast::limit),
                    Column.number("UsedPercent", "share in use (percent)", Forecast::usedPercent),
                    Column.number("PerSecond", "by how many the use grows (per second)", Forecast::perSecond),
                    Column.number(
                            "SecondsLeft",
                            "until none is left if it goes on like this (seconds); Infinity: never",
                            Forecast::secondsLeft),
                    Column.number(
                            "ConnectionsPerSecond",
                            "connections to the destination now (per second); NaN: no ports",
                            Forecast::connectionsPerSecond),
                    Column.number(
                            "SustainablePerSecond",
                            "the most connections to it that can go on for ever (per second); NaN: no ports",
                            Forecast::sustainablePerSecond)));

    private final AgentControl control;
    private final AtomicLong sequence = new AtomicLong();
    private final Notifier notifier = new Notifier(
            new MBeanNotificationInfo(
                    Stream.of(Change.Kind.values()).map(HealthView::type).toArray(String[]::new),
                    Notification.class.getName(),
                    "A finding is raised, escalated, eased or cleared; the message is its title, the user data are its columns"));
    private volatile HealthReport last = HealthReport.NONE;

    /** Why what is shown is of before; null where it is not. */
    private volatile @Nullable String stale;

    HealthView(AgentControl control) {
        this.control = control;
    }

    Notifier notifier() {
        return notifier;
    }

    /** Shows a report from now on, and sends what has changed. */
    void show(HealthReport report, ObjectName source, long millis) {
        last = report;
        stale = null;
        for (Change change : report.changes()) {
            Notification notification = new Notification(
                    type(change.kind()), source, sequence.incrementAndGet(), millis, FindingText.line(change));
            notification.setUserData(FINDINGS.row(change.finding()));
            notifier.send(notification);
        }
    }

    /** Needs no memory, for want of which a sample may have failed. */
    void stale(String reason) {
        stale = reason;
    }

    @Managed(
            description =
                    "OK, or the severity of the worst finding: WARNING or CRITICAL; UNKNOWN where facts for that are missing,"
                            + " as before the first sample or after one that failed: see UnknownBecause")
    public String getStatus() {
        return stale == null ? last.status() : HealthReport.UNKNOWN;
    }

    @Managed(description = "Why Status is UNKNOWN: one line each; empty: it is not, or no sample was taken yet")
    public String[] getUnknownBecause() {
        String failed = stale;
        return failed == null ? last.unknown().toArray(String[]::new) : new String[] {failed};
    }

    @Managed(description = "Findings there are now (count)" + Unknown.COUNT)
    public long getFindingCount() {
        return count(report -> report.findings().size());
    }

    @Managed(description = "Of these, critical ones (count)" + Unknown.COUNT)
    public long getCriticalCount() {
        return count(report -> of(report, Severity.CRITICAL));
    }

    @Managed(description = "Of these, warnings (count)" + Unknown.COUNT)
    public long getWarningCount() {
        return count(report -> of(report, Severity.WARNING));
    }

    @Managed(description = "The title of the worst finding; empty: nothing is wrong")
    public String getWorst() {
        HealthReport report = last;
        return report.findings().isEmpty() ? "" : report.findings().get(0).title();
    }

    @Managed(description = "What is wrong, the worst first: title, code path, destination, evidence and advice (rows)")
    public TabularData getFindings() {
        return FINDINGS.of(last.findings());
    }

    @Managed(description = "What may run out, and when (rows), the first to do so first")
    public TabularData getForecasts() {
        return FORECASTS.of(last.forecasts());
    }

    @Managed(description = "What could not be judged, as there is not enough data: one line each")
    public String[] getNotEnoughData() {
        return last.undecided().toArray(String[]::new);
    }

    @Managed(description = "The limits that findings are judged by, as the options are written; changed by setLimit")
    public TabularData getLimits() {
        return KeysAndValues.table("Limits", control.limits());
    }

    @Managed(description = "Notifications that a listener did not get, as it was busy or threw (count)")
    public int getNotificationsDropped() {
        return (int) Math.min(notifier.dropped(), Integer.MAX_VALUE);
    }

    @Managed(
            description =
                    "The whole report as text: findings with evidence and advice first, as the command line prints it")
    public String report() throws MBeanException {
        try {
            return control.report();
        } catch (IllegalArgumentException e) {
            throw Refused.because(String.valueOf(e.getMessage()));
        }
    }

    @Managed(description = "Sets one limit, from the next sample on")
    public void setLimit(
            @Described(description = "the limit's name, as in the attribute Limits") String name,
            @Described(description = "its value, as the option is written") String value)
            throws MBeanException {
        try {
            control.limit(name.trim(), value.trim());
        } catch (IllegalArgumentException e) {
            throw Refused.because(String.valueOf(e.getMessage()));
        }
    }

    private static String type(Change.Kind kind) {
        return TYPE + kind.name().toLowerCase(Locale.ROOT);
    }

    private static long of(HealthReport report, Severity severity) {
        return report.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    private long count(ToLongFunction<HealthReport> of) {
        HealthReport report = last;
        return report.judged() ? of.applyAsLong(report) : -1;
    }
}
