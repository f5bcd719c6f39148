package dev.tcphealth.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What has become of the findings from one report to the next. Reads the agent's JSON, and takes nothing in it for granted. */
final class FindingChanges {
    /** An agent has fewer. */
    private static final int MOST = 500;

    /**
     * A line for a person.
     *
     * @param at when that was
     * @param text what was
     */
    record Line(Instant at, String text) {}

    private record Key(String rule, String subject) {}

    private record Known(String severity, String what, Instant since) {
        boolean critical() {
            return severity.equals("CRITICAL");
        }

        Line line(Instant at, String kind) {
            return new Line(at, kind + " " + severity + ": " + what);
        }
    }

    private Map<Key, Known> known = Map.of();
    private boolean first = true;

    /** The lines to print for the next report. For the first they are the findings there are. */
    List<Line> next(Map<String, @Nullable Object> report) {
        Optional<Instant> at = Published.instant(report.get("at"));
        if (at.isEmpty()) {
            return List.of(); // before the first sample
        }
        Map<Key, Known> now = findings(report, at.get());
        List<Line> lines = new ArrayList<>();
        known.forEach((key, was) -> {
            Known is = now.get(key);
            if (is == null || !is.since.equals(was.since)) {
                lines.add(was.line(at.get(), "CLEARED"));
            }
        });
        now.forEach((key, is) -> {
            Known was = known.get(key);
            if (first) {
                lines.add(is.line(is.since, "ACTIVE"));
            } else if (was == null || !is.since.equals(was.since)) {
                lines.add(is.line(at.get(), "RAISED"));
            } else if (is.critical() != was.critical()) {
                lines.add(is.line(at.get(), is.critical() ? "ESCALATED" : "DOWNGRADED"));
            }
        });
        known = now;
        first = false;
        return lines;
    }

    private static Map<Key, Known> findings(Map<String, @Nullable Object> report, Instant at) {
        Map<Key, Known> findings = new LinkedHashMap<>();
        if (report.get("health") instanceof Map<?, ?> health && health.get("findings") instanceof List<?> list) {
            for (Object one : list) {
                if (one instanceof Map<?, ?> finding && findings.size() < MOST) {
                    findings.put(
                            new Key(text(finding, "rule"), text(finding, "subject")),
                            new Known(
                                    text(finding, "severity"),
                                    text(finding, "title") + codePath(finding),
                                    Published.instant(finding.get("since")).orElse(at)));
                }
            }
        }
        return findings;
    }

    private static String codePath(Map<?, ?> finding) {
        String path = text(finding, "codePath");
        return path.isEmpty() || text(finding, "title").contains(path) ? "" : " (" + path + ")";
    }

    private static String text(Map<?, ?> finding, String name) {
        return finding.get(name) instanceof String text ? text : "";
    }
}
