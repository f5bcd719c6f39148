package dev.tcphealth.report;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.kernel.TcpState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The sockets of one state, split by the code path that opened or accepted them. {@code ofPaths + others + unexplained}
 * is {@code total}, always.
 *
 * @param state the state
 * @param total the kernel's count in the network namespace; -1, as is all the rest, where it is not known
 * @param rows the code paths that have part in it, the largest first
 * @param ofPaths the sum over {@code rows}
 * @param others sockets that are not known to be this JVM's
 * @param unexplained what is left, 0 unless the kernel's tables changed while they were joined; may be negative
 */
public record Breakdown(
        TcpState state, long total, List<CodePathStats> rows, long ofPaths, long others, long unexplained) {

    public Breakdown {
        rows = List.copyOf(rows);
    }

    /** Rows that only closed such sockets, and opened none, come last: closing is what puts a socket in TIME_WAIT. */
    public static Breakdown timeWait(Snapshot snapshot) {
        return of(
                snapshot,
                TcpState.TIME_WAIT,
                snapshot.jvm().timeWaitOthers(),
                Comparator.comparingLong(CodePathStats::timeWaitByCloser));
    }

    /** Among rows of the same count, the one with the oldest connection comes first. */
    public static Breakdown closeWait(Snapshot snapshot) {
        return of(
                snapshot,
                TcpState.CLOSE_WAIT,
                snapshot.jvm().closeWaitOthers(),
                Comparator.comparing(CodePathStats::oldestCloseWait));
    }

    private static Breakdown of(Snapshot snapshot, TcpState state, long others, Comparator<CodePathStats> second) {
        if (!snapshot.sockets().known()) {
            return new Breakdown(state, -1, List.of(), -1, -1, 0);
        }
        Comparator<CodePathStats> most =
                Comparator.comparingInt(path -> path.states().of(state));
        List<CodePathStats> rows = snapshot.codePaths().stream()
                .filter(path ->
                        path.states().of(state) > 0 || (state == TcpState.TIME_WAIT && path.timeWaitByCloser() > 0))
                .sorted(most.thenComparing(second).reversed().thenComparingInt(CodePathStats::id))
                .toList();
        long ofPaths = rows.stream().mapToLong(path -> path.states().of(state)).sum();
        long total = snapshot.sockets().of(state);
        return new Breakdown(state, total, rows, ofPaths, others, total - ofPaths - others);
    }

    public long count(CodePathStats path) {
        return path.states().of(state);
    }

    /** The code path that opened or accepted most of them. */
    public Optional<CodePathStats> worst() {
        return rows.stream().filter(path -> count(path) > 0).findFirst();
    }

    /** The same among the rows that are code paths; some are not, such as what was opened before the agent. */
    public Optional<CodePathStats> worstWithStack() {
        return rows.stream()
                .filter(path -> count(path) > 0 && !path.stack().isEmpty())
                .findFirst();
    }
}
