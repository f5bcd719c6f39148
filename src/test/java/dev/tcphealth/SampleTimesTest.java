package dev.tcphealth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTimesTest {

    private long now = Long.MAX_VALUE - seconds(12);
    private final long origin = now;
    private final SampleTimes times = new SampleTimes(Duration.ofSeconds(5), () -> now);

    @Test
    void theFirstIsDueAtOnce() {
        assertThat(times.leftNanos()).isZero();
    }

    @Test
    void samplesComeAtTheIntervalHoweverLongEachTakes() {
        assertThat(begins(10, 0, 0.3)).containsExactly(0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0);
    }

    /** As a thread that parks is: over a day of samples that would be minutes. */
    @Test
    void beingLateDoesNotAddUp() {
        List<Double> begins = begins(1000, 0.4, 1.0);
        assertThat(begins.get(999)).isEqualTo(999 * 5 + 0.4);
    }

    /** The samples come while the network is lossy as they do else: waiting in small steps changes nothing. */
    @Test
    void waitingInSmallStepsMakesItNoLonger() {
        times.begin();
        int steps = 0;
        for (long left = times.leftNanos(); left > 0; left = times.leftNanos()) {
            now += Math.min(left, seconds(0.05));
            steps++;
        }
        assertThat(steps).isEqualTo(100);
        assertThat(now - origin).isEqualTo(seconds(5));
    }

    @Test
    void afterOneThatTookLongerThanTheIntervalTheNextBeginsAtOnceAndNoneIsMadeUpFor() {
        times.begin();
        now += seconds(17);
        assertThat(times.leftNanos()).isNegative();
        times.begin();
        assertThat(times.leftNanos()).isEqualTo(seconds(5));
    }

    @Test
    void aChangeOfTheIntervalCountsFromTheSampleBefore() {
        times.begin();
        now += seconds(2);
        times.interval(Duration.ofSeconds(60));
        assertThat(times.leftNanos()).isEqualTo(seconds(58));
        times.interval(Duration.ofSeconds(1));
        assertThat(times.leftNanos()).isNotPositive();
        times.begin();
        assertThat(times.leftNanos()).isEqualTo(seconds(1));
        assertThat(times.interval()).hasSeconds(1);
    }

    @Test
    void stretchedItIsSoManyTimesAsLong() {
        times.begin();
        times.stretch(4);
        assertThat(times.leftNanos()).isEqualTo(seconds(20));
        assertThat(times.interval()).hasSeconds(5);
        assertThat(times.stretched()).hasSeconds(20);
        times.stretch(1);
        assertThat(times.leftNanos()).isEqualTo(seconds(5));
    }

    /** When samples begin, in seconds, where each takes and each wait is longer by so many. */
    private List<Double> begins(int samples, double late, double takes) {
        List<Double> begins = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            times.begin();
            begins.add((now - origin) / 1e9);
            now += seconds(takes);
            now += times.leftNanos() + seconds(late);
        }
        return begins;
    }

    private static long seconds(double seconds) {
        return Math.round(seconds * 1e9);
    }
}
