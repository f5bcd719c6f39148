package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RatesTest {

    private static final TcpCounters BEFORE = new TcpCounters(10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 5, 0, 0);

    @Test
    void tcpRatesAreDifferencesPerSecond() {
        TcpCounters now = new TcpCounters(12, 24, 36, 48, 1, 70, 82, 94, 106, 118, 9, 0, 0);
        assertThat(Rates.tcp(BEFORE, now, 2)).isEqualTo(new TcpRates(1, 2, 5, 6, 3, 4, 7, 8, 9, 10.0 / 12));
    }

    @Test
    void withoutAnIntervalThereIsNoRate() {
        assertThat(Rates.tcp(BEFORE, BEFORE, 0)).isEqualTo(TcpRates.UNKNOWN);
        assertThat(Rates.tcp(BEFORE, BEFORE, -1)).isEqualTo(TcpRates.UNKNOWN);
        assertThat(Rates.tcp(BEFORE, BEFORE, Double.NaN)).isEqualTo(TcpRates.UNKNOWN);
        assertThat(Rates.tcp(TcpCounters.UNKNOWN, BEFORE, 1)).isEqualTo(TcpRates.UNKNOWN);
        assertThat(Rates.tcp(BEFORE, TcpCounters.UNKNOWN, 1)).isEqualTo(TcpRates.UNKNOWN);
    }

    @Test
    void aCounterThatFellSpoilsItsOwnRateOnly() {
        TcpCounters now = new TcpCounters(9, 24, 30, 40, 50, 60, 70, 80, 90, 100, 5, 0, 0);
        TcpRates rates = Rates.tcp(BEFORE, now, 2);
        assertThat(rates.active()).isNaN();
        assertThat(rates.passive()).isEqualTo(2);
        assertThat(rates.inSegments()).isZero();
    }

    @Test
    void retransmissionRatioLeavesSynsOut() {
        assertThat(ratio(100, 10, 4)).isEqualTo(0.06);
        assertThat(ratio(100, 10, 10)).isZero();
        assertThat(ratio(100, 10, 11)).as("read a moment later").isZero();
        assertThat(ratio(0, 0, 0)).isNaN();
        assertThat(ratio(0, 3, 0)).isNaN();
        assertThat(ratio(2, 3, 0)).isEqualTo(1.5);
        assertThat(ratio(-1, 3, 0)).as("fell").isNaN();
        assertThat(ratio(100, -1, 0)).as("fell").isNaN();
        assertThat(ratio(100, 3, -1)).as("fell").isNaN();
    }

    private static double ratio(long sent, long retransmitted, long syns) {
        TcpCounters now =
                new TcpCounters(10, 20, 30, 40, 50, 60, 70 + sent, 80 + retransmitted, 90, 100, 5 + syns, 0, 0);
        return Rates.retransmissionRatio(BEFORE, now);
    }

    @Test
    void interfaceRatesAreSarsColumns() {
        InterfaceCounters before = new InterfaceCounters(1000, 10, 1, 2, 3000, 30, 4);
        InterfaceCounters now = new InterfaceCounters(1000 + 2 * 2048, 16, 3, 6, 3000 + 2 * 1024, 38, 14);
        assertThat(Rates.ofInterface("eth0", before, now, new Link(1, true), 2))
                .isEqualTo(new InterfaceRates("eth0", 3, 4, 2, 1, 1, 5, 2, 1.6384));
    }

    @Test
    void anyCounterOfAnInterfaceThatFellSpoilsThemAll() {
        long[] before = {9, 9, 9, 9, 9, 9, 9};
        for (int i = 0; i < before.length; i++) {
            long[] now = {10, 10, 10, 10, 10, 10, 10};
            now[i] = 8;
            assertThat(Rates.ofInterface("eth0", counters(before), counters(now), Link.UNKNOWN, 1))
                    .as("counter %s", i)
                    .isEqualTo(Rates.unknown("eth0"));
        }
    }

    private static InterfaceCounters counters(long[] v) {
        return new InterfaceCounters(v[0], v[1], v[2], v[3], v[4], v[5], v[6]);
    }

    @Test
    void utilisation() {
        Link full = new Link(100, true);
        Link half = new Link(100, false);
        assertThat(Rates.utilisationPercent(full, 6_250_000, 3_125_000)).isCloseTo(50, within(1e-9));
        assertThat(Rates.utilisationPercent(full, 3_125_000, 6_250_000)).isCloseTo(50, within(1e-9));
        assertThat(Rates.utilisationPercent(half, 6_250_000, 3_125_000)).isCloseTo(75, within(1e-9));
        assertThat(Rates.utilisationPercent(Link.UNKNOWN, 6_250_000, 3_125_000)).isNaN();
        assertThat(Rates.utilisationPercent(full, Double.NaN, 3_125_000)).isNaN();
    }
}
