package dev.tcphealth.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LongMapTest {

    @Test
    void doesWhatAHashMapDoes() {
        Random random = new Random(11);
        LongMap map = new LongMap();
        for (int round = 0; round < 20; round++) {
            Map<Long, Long> expected = new HashMap<>();
            map.clear();
            int keys = 1 << random.nextInt(13);
            for (int i = 0; i < 2 * keys; i++) {
                long key = key(random, keys);
                long value = random.nextLong() >>> 1;
                map.put(key, value);
                expected.put(key, value);
                long asked = key(random, keys);
                assertThat(map.get(asked)).isEqualTo(expected.getOrDefault(asked, LongMap.ABSENT));
            }
            expected.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
        }
    }

    @Test
    void manyAreLookedUpAtOnce() {
        LongMap map = new LongMap();
        map.put(1, 10);
        map.put(2, 20);
        LongMap other = new LongMap();
        other.put(2, 200);
        other.put(3, 300);
        long[] keys = {1, 2, 3, 0, 1};
        long[] values = new long[5];
        map.getAll(keys, 4, values);
        assertThat(values).containsExactly(10, 20, LongMap.ABSENT, LongMap.ABSENT, 0);
        other.getAllAbsent(keys, 4, values);
        assertThat(values).containsExactly(10, 20, 300, LongMap.ABSENT, 0);
    }

    /** Small ones, as inodes are, ones that differ in their upper half only, and negative ones. */
    private static long key(Random random, int keys) {
        long key = 1L + random.nextInt(keys);
        return switch (random.nextInt(3)) {
            case 0 -> key;
            case 1 -> key << 40;
            default -> -key;
        };
    }

    @Test
    void isEmptyAtFirstAndWhenCleared() {
        LongMap map = new LongMap();
        assertThat(map.get(1)).isEqualTo(LongMap.ABSENT);
        map.put(1, 0);
        assertThat(map.get(1)).isZero();
        map.clear();
        assertThat(map.get(1)).isEqualTo(LongMap.ABSENT);
    }
}
