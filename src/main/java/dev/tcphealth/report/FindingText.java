package dev.tcphealth.report;

import dev.tcphealth.health.Change;
import dev.tcphealth.health.Evidence;
import dev.tcphealth.health.Finding;
import dev.tcphealth.text.Plain;
import java.util.stream.Collectors;

/** Findings in words. */
public final class FindingText {

    private FindingText() {}

    /** {@code RAISED CRITICAL: what is wrong (at the code path)}: one line. */
    public static String line(Change change) {
        Finding finding = change.finding();
        String by = finding.codePath().isEmpty() || finding.title().contains(finding.codePath())
                ? ""
                : " (" + finding.codePath() + ")";
        return Plain.text(change.kind().name() + " " + finding.severity().name() + ": " + finding.title() + by);
    }

    /** {@code ports in use: 28,232, connections: 12.5 /s}. */
    public static String evidence(Finding finding) {
        return finding.evidence().stream().map(FindingText::one).collect(Collectors.joining(", "));
    }

    /** What is counted is said by its name already. */
    private static boolean isMeasure(String unit) {
        return unit.equals("s") || unit.equals("ms") || unit.equals("%") || unit.equals("/s");
    }

    private static String one(Evidence evidence) {
        double value = evidence.value();
        String number = Double.isInfinite(value)
                ? "any number of"
                : value == Math.rint(value) && Math.abs(value) < 1e15
                        ? Plain.count((long) value)
                        : Plain.measured(value);
        return evidence.what() + ": " + number + (isMeasure(evidence.unit()) ? " " + evidence.unit() : "");
    }
}
