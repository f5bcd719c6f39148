package dev.tcphealth.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ChanceTest {

    private static final int MANY = 1_000_000;

    /** Each number comes as often as the others: within six standard deviations. */
    @Test
    void eachNumberComesAsOftenAsTheOthers() {
        for (int bound : new int[] {1, 2, 3, 16, 64, 100, 256}) {
            int[] counts = new int[bound];
            for (int i = 0; i < MANY; i++) {
                counts[Chance.below(bound)]++;
            }
            int expected = MANY / bound;
            double deviation = Math.sqrt(expected);
            for (int count : counts) {
                assertThat(count).as("below %s", bound).isBetween((int) (expected - 6 * deviation - 1), (int)
                        (expected + 6 * deviation + 1));
            }
        }
    }

    /** Code paths that take turns must not each get the same choice. */
    @Test
    void aChoiceSaysNothingOfTheNext() {
        int[] pairs = new int[4];
        boolean before = Chance.oneIn(2);
        for (int i = 0; i < MANY; i++) {
            boolean now = Chance.oneIn(2);
            pairs[(before ? 2 : 0) + (now ? 1 : 0)]++;
            before = now;
        }
        for (int count : pairs) {
            assertThat(count).isBetween(MANY / 4 - 4000, MANY / 4 + 4000);
        }
    }

    @Test
    void noThreadIsAskedForItsId() throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> Chance.oneIn(64)) {
            @Override
            @SuppressWarnings("deprecation") // threadId() is there since JDK 19
            public long getId() {
                throw new IllegalStateException("nobody asks for this id");
            }
        };
        thread.setUncaughtExceptionHandler((of, thrown) -> failure.set(thrown));
        thread.start();
        thread.join();
        assertThat(failure).hasNullValue();
    }
}
