package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DurationsTest {

    private static final long MILLI = 1_000_000;

    private final Durations durations = new Durations();

    @Test
    void noneIsUnknown() {
        assertThat(durations.count()).isZero();
        assertThat(durations.longestMicros()).isEqualTo(-1);
        assertThat(durations.quantileMicros(0.5)).isEqualTo(-1);
        assertThat(durations.quantileMicros(1)).isEqualTo(-1);
    }

    @Test
    void theLongestIsExact() {
        durations.add(131_071_123L);
        assertThat(durations.longestMicros()).isEqualTo(131_071);
        durations.add(100_000_000L);
        durations.add(131_072_000L);
        assertThat(durations.longestMicros()).isEqualTo(131_072);
        assertThat(durations.quantileMicros(0.99))
                .as("of so few the 99th percentile is the longest")
                .isEqualTo(131_072);
    }

    @Test
    void theOnlyOneIsEveryQuantile() {
        durations.add(15_359_000);
        assertThat(durations.quantileMicros(0)).isEqualTo(15_359);
        assertThat(durations.quantileMicros(0.5)).isEqualTo(15_359);
    }

    @Test
    void beyondTheRangeTheyAreCountedAndTheLongestIsRight() {
        long day = 24L * 3600 * 1000 * MILLI;
        durations.add(-5);
        durations.add(day);
        durations.add(Long.MAX_VALUE);
        assertThat(durations.count()).isEqualTo(3);
        assertThat(durations.longestMicros()).isEqualTo(Long.MAX_VALUE / 1000);
        assertThat(durations.quantileMicros(0)).isZero();
    }

    @Test
    void quantilesAreLessThanAnEighthFromTheTruthAndHaveTwoDigits() {
        Random random = new Random(1);
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            long micros = (long) Math.exp(random.nextDouble() * 21);
            all.add(micros);
            durations.add(micros * 1000);
        }
        Collections.sort(all);
        for (double share : new double[] {0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999}) {
            long truth = all.get((int) Math.ceil(share * all.size()) - 1);
            long quantile = durations.quantileMicros(share);
            assertThat((double) quantile).as("%s", share).isBetween(truth * 7 / 8.0 - 1, truth * 9 / 8.0 + 1);
            assertThat(Long.toString(quantile)).as("%s", share).matches("\\d{1,2}0*");
        }
        assertThat(durations.quantileMicros(1)).isEqualTo(all.get(all.size() - 1));
    }

    /** 25 days of 1,000 connections a second. */
    @Test
    void countsGoOnBeyond31And32Bits() {
        for (long times : new long[] {Integer.MAX_VALUE - 5L, 10, 1L << 31, 1L << 32, 1L << 40}) {
            Durations many = new Durations();
            many.add(3 * MILLI);
            many.add(3 * MILLI, times);
            many.add(900 * MILLI);
            assertThat(many.count()).isEqualTo(times + 2);
            assertThat(many.quantileMicros(0.5)).isBetween(2_600L, 3_400L);
            assertThat(many.longestMicros()).isEqualTo(900_000);
        }
    }

    @Test
    void noneIsLostWhereWideCountersTakeOver() throws Exception {
        Durations soonFull = new Durations(1000);
        int threads = 4;
        int each = 50_000;
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> adding = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                try {
                    begin.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int i = 0; i < each; i++) {
                    soonFull.add((i % 3) * MILLI);
                }
            });
            adding.add(thread);
            thread.start();
        }
        begin.countDown();
        for (Thread thread : adding) {
            thread.join();
        }
        assertThat(soonFull.count()).isEqualTo((long) threads * each);
        assertThat(soonFull.longestMicros()).isEqualTo(2000);
    }

    @Test
    void afterAResetThereAreNone() {
        durations.add(MILLI);
        durations.add(MILLI, 1L << 33);
        durations.reset();
        assertThat(durations.count()).isZero();
        assertThat(durations.longestMicros()).isEqualTo(-1);
        durations.add(MILLI);
        assertThat(durations.count()).isEqualTo(1);
    }
}
