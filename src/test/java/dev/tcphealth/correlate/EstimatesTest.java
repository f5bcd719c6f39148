package dev.tcphealth.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.connection.CodePaths;
import dev.tcphealth.kernel.TcpState;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

class EstimatesTest {

    @Test
    void whereAllStacksWereCapturedNothingChanges() {
        List<CodePathStats> rows = List.of(row(1, "a", 10, 10, 5));
        assertThat(Estimates.of(rows, List.of(0L))).isEqualTo(rows);
    }

    /** One in ten was captured: a opens, and b closes. */
    @Test
    void whatIsSampledIsScaledUpAndSumsStay() {
        List<CodePathStats> rows = List.of(
                row(1, "a", 100, 0, 90),
                row(2, "b", 0, 100, 0),
                row(3, "recognised", 50, 0, 10),
                row(4, CodePaths.NOT_CAPTURED, 903, 905, 811));
        List<CodePathStats> split = Estimates.of(rows, List.of(900L, 900L, 0L, 0L));
        assertThat(split).extracting(CodePathStats::opened).containsExactly(1000L, 0L, 50L, 3L);
        assertThat(split).extracting(CodePathStats::closed).containsExactly(0L, 1000L, 0L, 5L);
        assertThat(split).extracting(CodePathStats::estimated).containsExactly(true, true, false, false);
        assertThat(split)
                .extracting(path -> path.states().of(TcpState.TIME_WAIT))
                .containsExactly(90 + 808, 0, 10, 3);
        for (ToLongFunction<CodePathStats> of : List.<ToLongFunction<CodePathStats>>of(
                CodePathStats::opened,
                CodePathStats::closed,
                path -> path.states().total(),
                path -> path.outcomes().traffic().segmentsSent(),
                path -> path.outcomes().endings().activeFin())) {
            assertThat(split.stream().mapToLong(of).sum())
                    .isEqualTo(rows.stream().mapToLong(of).sum());
        }
    }

    /** What was accepted waits for a close, and what was opened is in TIME_WAIT: neither is the other's. */
    @Test
    void whatWasAcceptedIsGivenToWhatAccepts() {
        CodePathStats accepts = accepted(row(2, "accepts", 100, 0, 0));
        List<CodePathStats> rows = List.of(
                row(1, "opens", 100, 0, 0),
                accepts,
                row(3, CodePaths.NOT_CAPTURED, 900, 0, 900),
                accepted(row(4, CodePaths.ACCEPTED_NOT_CAPTURED, 900, 0, 7)));
        List<CodePathStats> split = Estimates.of(rows, List.of(900L, 900L, 0L, 0L));
        assertThat(split).extracting(CodePathStats::opened).containsExactly(1000L, 0L, 0L, 0L);
        assertThat(split).extracting(CodePathStats::accepted).containsExactly(0L, 1000L, 0L, 0L);
        assertThat(split)
                .extracting(path -> path.states().of(TcpState.TIME_WAIT))
                .containsExactly(900, 7, 0, 0);
    }

    /** By chance more were captured than one in n: the estimate never exceeds what there is. */
    @Test
    void neverGivesOutMoreThanThereIs() {
        List<CodePathStats> rows =
                List.of(row(1, "a", 100, 0, 0), row(2, "b", 50, 0, 0), row(3, CodePaths.NOT_CAPTURED, 300, 0, 0));
        List<CodePathStats> split = Estimates.of(rows, List.of(900L, 450L, 0L));
        assertThat(split).extracting(CodePathStats::opened).containsExactly(300L, 150L, 0L);
    }

    /** The same with what it opened as accepted. */
    private static CodePathStats accepted(CodePathStats row) {
        return new CodePathStats(
                row.id(),
                row.name(),
                row.stack(),
                0,
                row.opened(),
                row.closed(),
                0,
                0,
                0,
                0,
                row.states(),
                0,
                Duration.ZERO,
                row.outcomes(),
                false);
    }

    private static CodePathStats row(int id, String name, long opened, long closed, int timeWait) {
        int[] states = new int[TcpState.count() + 1];
        states[TcpState.TIME_WAIT.number()] = timeWait;
        return new CodePathStats(
                id,
                name,
                List.of(name),
                opened,
                0,
                closed,
                0,
                0,
                0,
                0,
                new StateCounts(states),
                0,
                Duration.ZERO,
                new Outcomes(
                        new Outcomes.Endings(opened, 0, 0, 0, 0, 0, 0, 0),
                        Outcomes.NONE.connects(),
                        Outcomes.Times.NONE,
                        new Outcomes.Traffic(7 * opened, 0, 0, 0, 0, 0)),
                false);
    }
}
