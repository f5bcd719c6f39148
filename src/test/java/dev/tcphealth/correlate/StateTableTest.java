package dev.tcphealth.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.kernel.TcpState;
import org.junit.jupiter.api.Test;

class StateTableTest {

    private final StateTable table = new StateTable();

    @Test
    void countsForEachIdAndState() {
        for (int id = 0; id < 300; id += 7) {
            for (TcpState state : TcpState.values()) {
                for (int i = 0; i < state.number(); i++) {
                    table.count(id, state);
                }
            }
        }
        for (int id = 0; id < 300; id++) {
            StateCounts counts = table.of(id);
            for (TcpState state : TcpState.values()) {
                assertThat(counts.of(state)).as("%s %s", id, state).isEqualTo(id % 7 == 0 ? state.number() : 0);
            }
        }
    }

    @Test
    void growsToAnyId() {
        table.count(1, TcpState.LISTEN);
        table.count(99_999, TcpState.NEW_SYN_RECV);
        table.count(63, TcpState.NEW_SYN_RECV);
        table.count(64, TcpState.ESTABLISHED);
        assertThat(table.of(99_999).of(TcpState.NEW_SYN_RECV)).isEqualTo(1);
        assertThat(table.of(99_999).total()).isEqualTo(1);
        assertThat(table.of(1).of(TcpState.LISTEN)).isEqualTo(1);
        assertThat(table.of(63).total()).isEqualTo(1);
        assertThat(table.of(64).total()).isEqualTo(1);
        assertThat(table.of(5_000_000)).isEqualTo(StateCounts.NONE);
    }

    @Test
    void clearedItIsEmptyAndWhatItGaveOutStays() {
        table.count(3, TcpState.CLOSE);
        StateCounts before = table.of(3);
        table.clear();
        assertThat(table.of(3)).isEqualTo(StateCounts.NONE);
        assertThat(before.of(TcpState.CLOSE)).isEqualTo(1);
    }

    @Test
    void theUnknownIsNotNothing() {
        assertThat(StateCounts.UNKNOWN.known()).isFalse();
        assertThat(StateCounts.UNKNOWN.total()).isEqualTo(-1);
        assertThat(StateCounts.UNKNOWN.of(TcpState.CLOSE_WAIT)).isEqualTo(-1);
        assertThat(StateCounts.NONE.known()).isTrue();
        assertThat(StateCounts.NONE.total()).isZero();
        assertThat(StateCounts.NONE).isNotEqualTo(StateCounts.UNKNOWN);
    }
}
