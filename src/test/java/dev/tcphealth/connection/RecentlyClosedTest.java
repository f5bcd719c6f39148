package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecentlyClosedTest {

    private static final int RING = 1024;

    @Test
    void givesBackWhatWasAddedOldestFirst() {
        RecentlyClosed closed = new RecentlyClosed(RING);
        closed.add(7, 1, 2, 3, 0);
        closed.add(-7, 100_000, 99_999, 100_000, 0);
        closed.add(Long.MIN_VALUE, 0, 0, 0, 0);
        closed.add(8, (1 << 20) - 1, (1 << 20) - 1, (1 << 20) - 1, 0);
        List<String> rows = new ArrayList<>();
        closed.forEach((sequence, key, owners, age) -> rows.add(key + " " + RecentlyClosed.opener(owners) + " "
                + RecentlyClosed.closer(owners) + " " + RecentlyClosed.destination(owners) + " " + (age <= 60)));
        assertThat(rows)
                .containsExactly(
                        "7 1 2 3 true",
                        "-7 100000 99999 100000 true",
                        Long.MIN_VALUE + " 0 0 0 true",
                        "8 1048575 1048575 1048575 true");
    }

    @Test
    void anEntryIsFoundAgainUntilItIsForgotten() {
        RecentlyClosed closed = new RecentlyClosed(RING);
        closed.add(7, 1, 2, 3, 0);
        long[] entry = new long[2];
        closed.forEach((sequence, key, owners, age) -> {
            entry[0] = sequence;
            entry[1] = owners;
        });
        assertThat(closed.owners(entry[0], 7)).isEqualTo(entry[1]);
        assertThat(closed.owners(entry[0], 8)).isEqualTo(RecentlyClosed.FORGOTTEN);
        for (int key = 100; key < 100 + RING; key++) {
            closed.add(key, 0, 0, 0, 0);
        }
        assertThat(closed.owners(entry[0], 7)).isEqualTo(RecentlyClosed.FORGOTTEN);
    }

    @Test
    void forgetsTheOldestWhenItIsFull() {
        assertThat(keysAfter(RING, RING)).containsExactly(1, RING);
        assertThat(keysAfter(RING, RING + 1)).containsExactly(2, RING + 1);
        assertThat(keysAfter(RING, 5 * RING + 3)).containsExactly(4 * RING + 4, 5 * RING + 3);
        assertThat(keysAfter(RING, 0)).isEmpty();
    }

    @Test
    void countsWhatItForgetsTooEarly() {
        RecentlyClosed closed = new RecentlyClosed(RING);
        for (int key = 1; key <= RING; key++) {
            closed.add(key, 0, 0, 0, 0);
        }
        assertThat(closed.forgotten.sum()).isZero();
        closed.add(7, 0, 0, 0, 0);
        closed.add(8, 0, 0, 0, 0);
        assertThat(closed.forgotten.sum()).isEqualTo(2);
    }

    /** Its total has 16 bits; past them it stays what it is, and nothing is counted twice. */
    @Test
    void aTotalOfRetransmittedSegmentsEndsAtItsMost() {
        RecentlyClosed closed = new RecentlyClosed(RING);
        closed.add(7, 0, 0, 0, 65_530);
        assertThat(closed.retransmitted(0, 7, 65_534)).isEqualTo(4);
        assertThat(closed.retransmitted(0, 7, 100_000)).isEqualTo(1);
        assertThat(closed.retransmitted(0, 7, 200_000)).isZero();
        closed.add(8, 0, 0, 0, 70_000);
        assertThat(closed.retransmitted(1, 8, 70_001)).isZero();
    }

    @Test
    void roundsItsCapacityUp() {
        assertThat(keysAfter(RING + 1, 3 * RING)).containsExactly(RING + 1, 3 * RING);
        assertThat(keysAfter(1, 3 * RING)).containsExactly(2 * RING + 1, 3 * RING);
        assertThat(keysAfter(0, 3 * RING)).containsExactly(2 * RING + 1, 3 * RING);
    }

    /** The first and the last key, where those between are there without a gap. */
    private static List<Integer> keysAfter(int capacity, int added) {
        RecentlyClosed closed = new RecentlyClosed(capacity);
        for (int key = 1; key <= added; key++) {
            closed.add(key, 0, 0, 0, 0);
        }
        List<Integer> keys = new ArrayList<>();
        closed.forEach((sequence, key, owners, age) -> keys.add((int) key));
        if (keys.isEmpty()) {
            return keys;
        }
        int first = keys.get(0);
        int last = keys.get(keys.size() - 1);
        assertThat(keys)
                .isEqualTo(LongStream.rangeClosed(first, last)
                        .mapToObj(key -> (int) key)
                        .toList());
        return List.of(first, last);
    }

    @Test
    void aPlaceBelongsToTheThreadThatClaimedItUntilItIsFilled() {
        RecentlyClosed.Chunk chunk = new RecentlyClosed.Chunk();
        List<Long> seen = new ArrayList<>();
        assertThat(chunk.claim(3)).isTrue();
        chunk.fill(3, 7, 8, 0, 0);
        assertThat(chunk.claim(3)).isTrue();
        assertThat(chunk.claim(3)).isFalse();
        assertThat(chunk.claim(4)).isTrue();
        chunk.read(3, 0, 0, (sequence, key, owners, age) -> seen.add(key));
        assertThat(seen).isEmpty();
        chunk.fill(3, 9, 10, 0, 0);
        chunk.read(3, 0, 0, (sequence, key, owners, age) -> seen.addAll(List.of(key, owners)));
        assertThat(seen).containsExactly(9L, 10L);
        assertThat(chunk.claim(3)).isTrue();
    }

    /** Every entry belongs together: its owners are made of its key. */
    @Test
    void noEntryIsEverMixedOfTwo() throws InterruptedException {
        RecentlyClosed closed = new RecentlyClosed(RING);
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 8; w++) {
            int first = w + 1;
            Thread writer = new Thread(() -> {
                for (int key = first; !stop.get(); key += 8) {
                    closed.add(key, key & 0xfffff, key * 31 & 0xfffff, key * 17 & 0xfffff, 0);
                }
            });
            writers.add(writer);
            writer.start();
        }
        long[] seen = {0, 0, 0};
        try {
            for (int pass = 0; pass < 500 || seen[1] < 100L * RING; pass++) {
                closed.forEach((sequence, key, owners, age) -> {
                    seen[0]++;
                    seen[1] = Math.max(seen[1], key);
                    int k = (int) key;
                    if (RecentlyClosed.opener(owners) != (k & 0xfffff)
                            || RecentlyClosed.closer(owners) != (k * 31 & 0xfffff)
                            || RecentlyClosed.destination(owners) != (k * 17 & 0xfffff)
                            || age < 0
                            || age > 60) {
                        seen[2]++;
                    }
                });
            }
        } finally {
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
        }
        assertThat(seen[0]).as("read").isGreaterThan(RING);
        assertThat(seen[2]).as("mixed").isZero();
    }
}
