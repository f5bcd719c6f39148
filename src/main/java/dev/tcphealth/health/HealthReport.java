package dev.tcphealth.health;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be said after one Snapshot.
 *
 * @param judged false before the first Snapshot
 * @param findings what is wrong now, the worst and oldest first
 * @param undecided what could not be judged for want of data: one line each
 * @param forecasts when things will run out, the first to do so first
 * @param changes what has changed with this Snapshot
 * @param unknown why the whole cannot be judged, as what is missing may be worse than what is known: one line each
 */
public record HealthReport(
        boolean judged,
        List<Finding> findings,
        List<String> undecided,
        List<Forecast> forecasts,
        List<Change> changes,
        List<String> unknown) {

    /** The status where there is no verdict. */
    public static final String UNKNOWN = "UNKNOWN";

    /** Before the first Snapshot. */
    public static final HealthReport NONE =
            new HealthReport(false, List.of(), List.of(), List.of(), List.of(), List.of());

    public HealthReport {
        findings = List.copyOf(findings);
        undecided = List.copyOf(undecided);
        forecasts = List.copyOf(forecasts);
        changes = List.copyOf(changes);
        unknown = List.copyOf(unknown);
    }

    /** The ids of the code paths that findings name. */
    public Set<Integer> codePaths() {
        return findings.stream().map(Finding::codePathId).collect(Collectors.toSet());
    }

    /** The names of the destinations that findings name. */
    public Set<String> destinations() {
        return findings.stream().map(Finding::destination).collect(Collectors.toSet());
    }

    /** {@code OK}, the worst finding's severity, or {@code UNKNOWN}. */
    public String status() {
        return !judged || !unknown.isEmpty()
                ? UNKNOWN
                : findings.isEmpty() ? "OK" : findings.get(0).severity().name();
    }
}
