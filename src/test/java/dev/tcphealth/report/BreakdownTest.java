package dev.tcphealth.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.Snapshot;
import org.junit.jupiter.api.Test;

class BreakdownTest {

    @Test
    void theLargestComeFirstAndThoseThatOnlyCloseLast() {
        Breakdown timeWait = Breakdown.timeWait(Samples.bad());
        assertThat(timeWait.rows()).extracting(CodePathStats::id).containsExactly(7, 3, 4);
        assertThat(timeWait.worst()).map(CodePathStats::id).contains(7);
        assertThat(timeWait.ofPaths() + timeWait.others() + timeWait.unexplained())
                .isEqualTo(1302);
    }

    @Test
    void whatIsNoCodePathHasNoStackToShow() {
        Breakdown closeWait = Breakdown.closeWait(Samples.bad());
        assertThat(closeWait.rows()).extracting(CodePathStats::id).containsExactly(9, 1);
        assertThat(closeWait.worstWithStack()).map(CodePathStats::id).contains(9);
    }

    @Test
    void amongEqualsTheOneKnownLongestComesFirst() {
        assertThat(Breakdown.closeWait(Samples.huge()).worst())
                .map(CodePathStats::id)
                .contains(0);
    }

    @Test
    void nothingIsNothing() {
        assertThat(Breakdown.timeWait(Snapshot.EMPTY).worst()).isEmpty();
        assertThat(Breakdown.closeWait(Snapshot.EMPTY).unexplained()).isZero();
    }
}
