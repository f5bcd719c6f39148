package dev.tcphealth.mbean;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowTest {

    private final Row<Long> row = new Row<>();

    @Test
    void aRateIsOverTheLastInterval() {
        row.set(100L, 0, true);
        assertThat(perSecond()).isNaN();
        row.set(150L, 5, true);
        assertThat(perSecond()).isEqualTo(10);
        assertThat(trafficPerSecond()).isEqualTo(10);
        row.set(140L, 5, true);
        assertThat(perSecond()).as("after a reset").isNaN();
        assertThat(trafficPerSecond()).isNaN();
    }

    @Test
    void ofTrafficItIsOverTheTimeBetweenReadings() {
        row.set(100L, 0, true);
        row.set(100L, 5, false);
        row.set(100L, 5, false);
        assertThat(perSecond()).isZero();
        assertThat(trafficPerSecond()).isNaN();
        row.set(250L, 5, true);
        assertThat(trafficPerSecond()).isEqualTo(10);
        row.set(255L, 5, false);
        assertThat(perSecond()).isEqualTo(1);
        assertThat(trafficPerSecond()).as("until the next reading").isEqualTo(10);
        row.set(null, 5, false);
        assertThat(trafficPerSecond()).as("of a row that is gone").isNaN();
    }

    private double perSecond() {
        return row.perSecond(total -> total);
    }

    private double trafficPerSecond() {
        return row.trafficPerSecond(total -> total);
    }
}
