package dev.tcphealth.mbean;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopTest {
    private record Thing(int id, long now, long total) {}

    private final Top<Thing> top = new Top<>(3, new Top.Kind<>(Thing::id, Thing::now, Thing::total));
    private Instant now = Instant.parse("2026-11-23T14:05:09Z");

    @Test
    void theFirstThatAreNotIdle() {
        assertThat(choose(busy(1, 2, 3, 4))).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(choose(List.of())).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void whoDropsOutStaysForAWhile() {
        choose(busy(1, 2, 3, 4));
        assertThat(choose(busy(4, 1, 2, 3))).containsExactlyInAnyOrder(1, 2, 3, 4);
        now = now.plus(Top.LINGER).minusSeconds(12);
        assertThat(choose(busy(4, 1, 2, 3))).containsExactlyInAnyOrder(1, 2, 3, 4);
        assertThat(choose(busy(4, 1, 2, 3))).containsExactlyInAnyOrder(1, 2, 4);
    }

    @Test
    void whoComesAndGoesDoesNotFlap() {
        choose(busy(1, 2, 3, 4));
        for (int i = 0; i < 1000; i++) {
            assertThat(choose(i % 2 == 0 ? busy(4, 1, 2, 3) : busy(3, 1, 2, 4))).containsExactlyInAnyOrder(1, 2, 3, 4);
        }
    }

    @Test
    void idleOnesGo() {
        Thing idle = new Thing(1, 0, 5);
        Thing atWork = new Thing(2, 1, 5);
        assertThat(choose(List.of(idle, atWork))).containsExactlyInAnyOrder(1, 2);
        now = now.plus(Top.LINGER);
        assertThat(choose(List.of(idle, atWork))).containsExactly(2);
        assertThat(choose(List.of(new Thing(1, 0, 6), atWork)))
                .as("its total has risen")
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void thereAreNeverMoreThanTwiceAsMany() {
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i += 3) {
            Set<Object> chosen = choose(busy(i, i + 1, i + 2));
            assertThat(chosen).hasSizeLessThanOrEqualTo(6).contains(i, i + 1, i + 2);
            seen.addAll(chosen);
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(10_000);
    }

    @Test
    void aClockThatIsSetBackOrAheadTakesNobodyFromTheTop() {
        choose(busy(1, 2, 3));
        now = now.minus(Duration.ofDays(1));
        assertThat(choose(busy(1, 2, 3))).containsExactlyInAnyOrder(1, 2, 3);
        now = now.plus(Duration.ofDays(100));
        assertThat(choose(busy(1, 2, 3))).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void whoIsGoneFromTheTableStaysForAWhile() {
        choose(busy(1, 2, 3));
        List<Thing> many = new ArrayList<>(
                IntStream.range(10, 12).mapToObj(TopTest::busyOne).toList());
        Collections.reverse(many);
        assertThat(choose(many)).containsExactlyInAnyOrder(1, 2, 3, 10, 11);
        now = now.plus(Top.LINGER);
        assertThat(choose(many)).containsExactlyInAnyOrder(10, 11);
    }

    private Set<Object> choose(List<Thing> rows) {
        now = now.plusSeconds(5);
        return top.choose(rows, now);
    }

    private static List<Thing> busy(int... ids) {
        return IntStream.of(ids).mapToObj(TopTest::busyOne).toList();
    }

    private static Thing busyOne(int id) {
        return new Thing(id, 1, 7);
    }
}
