package dev.tcphealth.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetransmissionTest {

    @ParameterizedTest
    @CsvSource({
        "0,       0,    0.5,  NOT_ENOUGH_DATA",
        "999,     999,  0.5,  NOT_ENOUGH_DATA",
        "1000,    0,    0.5,  FINE",
        "1000,    5,    0.5,  FINE",
        "1000,    6,    0.5,  NOT_ENOUGH_DATA",
        "1000,    12,   0.5,  TOO_HIGH",
        "1000,    1000, 0.5,  TOO_HIGH",
        // One loss in 10,000 is 0.01 % already, and no proof of anything.
        "10000,   1,    0.01, FINE",
        "9999,    1,    0.01, NOT_ENOUGH_DATA",
        "10000,   2,    0.01, NOT_ENOUGH_DATA",
        "10000,   5,    0.01, TOO_HIGH",
        "1000000, 100,  0.01, FINE",
        "1000000, 110,  0.01, NOT_ENOUGH_DATA",
        "1000000, 130,  0.01, TOO_HIGH",
        "9000000000000, 2000000000, 0.01, TOO_HIGH",
    })
    void judgesByMoreThanChance(long sent, long retransmitted, double limit, Retransmission expected) {
        assertThat(Retransmission.judge(sent, retransmitted, limit, 1000)).isEqualTo(expected);
    }

    /** From tables of the Poisson distribution. */
    @Test
    void theChanceIsPoissons() {
        assertThat(Retransmission.chanceOf(3, 1)).isCloseTo(0.0803, within(1e-4));
        assertThat(Retransmission.chanceOf(11, 5)).isCloseTo(0.0137, within(1e-4));
        assertThat(Retransmission.chanceOf(2, 0.1)).isCloseTo(0.00468, within(1e-5));
        assertThat(Retransmission.chanceOf(130, 100)).isCloseTo(0.00228, within(1e-4));
        assertThat(Retransmission.chanceOf(1_000_000, 10)).isZero();
    }
}
