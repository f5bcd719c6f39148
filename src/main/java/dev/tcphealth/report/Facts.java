package dev.tcphealth.report;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What every face of a Snapshot (text, JSON, MBeans) says in the same way. */
public final class Facts {

    /** Rows of a table that go to a program at most: the ones that hurt most. Totals are of all rows. */
    public static final int MOST_ROWS = 500;

    private Facts() {}

    /** Whether anything was sampled at all; if not, every count of the Snapshot is unknown rather than 0. */
    public static boolean sampled(Snapshot snapshot) {
        return !snapshot.at().equals(Instant.EPOCH);
    }

    /** Segments retransmitted, SYNs left out, in percent of the segments sent in the interval; NaN where unknown. */
    public static double retransmissionPercent(Snapshot snapshot) {
        return percent(snapshot.host().tcp().retransmissionRatio());
    }

    /** How long the oldest connection of this JVM in CLOSE_WAIT has been seen in that state; zero if none is. */
    public static Duration oldestCloseWait(Snapshot snapshot) {
        return snapshot.codePaths().stream()
                .map(CodePathStats::oldestCloseWait)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** What could not be read or joined, the host's side included: one line each, no line twice. */
    public static List<String> missing(Snapshot snapshot) {
        Set<String> lines = new LinkedHashSet<>(snapshot.missing());
        lines.addAll(snapshot.host().missing());
        return List.copyOf(lines);
    }

    /** A ratio in percent; NaN stays NaN. */
    public static double percent(double ratio) {
        return 100 * ratio;
    }

    /** Microseconds, -1 where there are none, as milliseconds, NaN where there are none. */
    public static double millis(long micros) {
        return micros < 0 ? Double.NaN : micros / 1000.0;
    }

    public static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** The rows that hurt most, {@link #MOST_ROWS} of them at most. */
    public static <R> List<R> most(List<R> rows) {
        return rows.subList(0, Math.min(rows.size(), MOST_ROWS));
    }
}
