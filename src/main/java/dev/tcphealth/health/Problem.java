package dev.tcphealth.health;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.UsageStats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A problem as a rule sees it in one Snapshot. Becomes a finding if it lasts. */
final class Problem {

    private final String subject;
    private final Severity severity;
    private final String title;
    private final List<Evidence> evidence = new ArrayList<>();
    private String codePath = "";
    private int codePathId = -1;
    private String destination = "";
    private String advice = "";
    private boolean atOnce;

    Problem(String subject, Severity severity, String title) {
        this.subject = subject;
        this.severity = severity;
        this.title = title;
    }

    /** @param value left out if it is NaN */
    Problem evidence(String what, double value, String unit) {
        if (!Double.isNaN(value)) {
            evidence.add(new Evidence(what, value, unit));
        }
        return this;
    }

    Problem evidence(String what, long count, String unit) {
        return evidence(what, (double) count, unit);
    }

    /** Names the code; what was not captured is nobody's. */
    Problem by(int id, String name) {
        if (CodePathStats.isNotCaptured(name)) {
            return this;
        }
        codePathId = id;
        codePath = name;
        return this;
    }

    Problem by(@Nullable UsageStats usage) {
        return usage == null ? this : by(usage.codePath(), usage.name());
    }

    Problem to(String name) {
        destination = name;
        return this;
    }

    Problem advice(String text) {
        advice = text;
        return this;
    }

    /** Not to be waited for: it has happened. */
    Problem atOnce() {
        atOnce = true;
        return this;
    }

    String subject() {
        return subject;
    }

    Severity severity() {
        return severity;
    }

    boolean isNamed() {
        return codePathId >= 0;
    }

    boolean isAtOnce() {
        return atOnce;
    }

    /** @param as the severity to give it, which hysteresis may keep higher than this problem's */
    Finding finding(String rule, Severity as, Instant since) {
        return new Finding(rule, subject, as, title, evidence, codePath, codePathId, destination, advice, since);
    }
}
