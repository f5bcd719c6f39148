package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.address.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class DestinationsTest {

    private static final Endpoint PEER = Endpoint.ipv4(0x0a000005, 5432);

    @Test
    void internsByAddressPortAndDirection() {
        Destinations destinations = new Destinations(10);
        Destination to = destinations.intern(PEER, false);
        assertThat(destinations.intern(Endpoint.ipv4(0x0a000005, 5432), false)).isSameAs(to);
        assertThat(to.name()).isEqualTo("10.0.0.5:5432").isEqualTo(to.toString());
        assertThat(to.inbound()).isFalse();
        Destination in = destinations.intern(PEER, true);
        assertThat(in.name()).isEqualTo("accepted on 10.0.0.5:5432");
        assertThat(in.inbound()).isTrue();
        assertThat(destinations.intern(Endpoint.ipv4(0x0a000005, 5433), false).name())
                .isEqualTo("10.0.0.5:5433");
        assertThat(destinations.all()).hasSize(4).extracting(Destination::slot).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void pastTheLimitAllOthersAreOne() {
        Destinations destinations = new Destinations(10);
        List<Destination> found = new ArrayList<>();
        for (int port = 1; port <= 20; port++) {
            found.add(destinations.intern(Endpoint.ipv4(1, port), false));
        }
        assertThat(found.subList(0, 10)).extracting(Destination::slot).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(found.subList(10, 20)).allMatch(to -> to.name().equals("(other destinations)") && to.slot() == 0);
        assertThat(destinations.intern(Endpoint.ipv4(1, 3), false)).isSameAs(found.get(2));
        assertThat(destinations.all()).hasSize(11).doesNotHaveDuplicates();
    }

    @Test
    void theLimitHoldsForThreadsThatReachItAtOnce() throws Exception {
        for (int round = 0; round < 200; round++) {
            Destinations destinations = new Destinations(10);
            CountDownLatch go = new CountDownLatch(1);
            List<FutureTask<Boolean>> tasks = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int address = t;
                FutureTask<Boolean> task = new FutureTask<>(() -> {
                    go.await();
                    for (int port = 1; port <= 10; port++) {
                        destinations
                                .intern(Endpoint.ipv4(address, port), false)
                                .total
                                .increment();
                    }
                    return true;
                });
                tasks.add(task);
                new Thread(task).start();
            }
            go.countDown();
            for (FutureTask<Boolean> task : tasks) {
                task.get();
            }
            assertThat(destinations.all())
                    .extracting(Destination::slot)
                    .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            assertThat(destinations.all().stream()
                            .mapToLong(to -> to.total.sum())
                            .sum())
                    .isEqualTo(40);
        }
    }

    private final CodePath others = new CodePath(0, 0, 0, "(other code paths)", List.of(), null);

    /** 100,000 destinations in a row: what is used again and again keeps its row, and all sums stay what they are. */
    @Test
    void aPortScanTakesNoRowFromWhatIsUsed() {
        Destinations destinations = new Destinations(1000);
        Destination hot = destinations.intern(PEER, false);
        Destination open = destinations.intern(Endpoint.ipv4(0x0a000006, 5432), false);
        open.total.increment();
        for (int i = 0; i < 100_000; i++) {
            Destination scanned = destinations.intern(Endpoint.ipv4(i, 80), false);
            scanned.total.increment();
            scanned.usage(others, others).connections.increment();
            scanned.tallies.connectTimes.add(1000);
            Destination again = destinations.intern(PEER, false);
            assertThat(again).isSameAs(hot);
            again.total.increment();
            if (i % 500 == 0) {
                destinations.makeRoom(i / 500 + 1, to -> to == open, others);
                assertThat(destinations.all()).hasSizeLessThanOrEqualTo(1001);
            }
        }
        assertThat(hot.total.sum()).isEqualTo(100_000);
        assertThat(hot.retired()).isFalse();
        assertThat(open.retired()).isFalse();
        await().until(() -> {
            destinations.makeRoom(201, to -> to == open, others);
            return destinations.retired() > 0;
        });
        assertThat(hot.retired()).isFalse();
        assertThat(sum(destinations)).isEqualTo(200_001);
        assertThat(destinations.all().stream()
                        .flatMap(to -> to.usages().stream())
                        .mapToLong(usage -> usage.connections.sum())
                        .sum())
                .isEqualTo(100_000);
        assertThat(destinations.all().stream()
                        .mapToLong(to -> to.tallies.connectTimes.count())
                        .sum())
                .isEqualTo(100_000);
        assertThat(destinations.bytes()).isLessThan(1100L * Tallies.BYTES);

        Endpoint database = Endpoint.ipv4(0x0a000007, 5432);
        destinations.intern(database, false);
        assertThat(destinations.intern(database, false).name())
                .as("what comes a second time has a row at once")
                .isEqualTo("10.0.0.7:5432");
    }

    /** What is remembered of a closed connection never stands for the row that has got the place since. */
    @Test
    void aReferenceIsNotUsedAgain() throws Exception {
        Destinations destinations = new Destinations(200);
        Destination first = destinations.intern(PEER, false);
        int ref = first.ref();
        int slot = first.slot();
        List<Integer> refs = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            for (int port = 1; port <= 400; port++) {
                destinations.intern(Endpoint.ipv4(i, port), false);
            }
            int sample = i + 1;
            await().until(() -> {
                long before = destinations.retired();
                destinations.makeRoom(sample, to -> false, others);
                return destinations.retired() > before;
            });
            destinations.all().stream()
                    .filter(to -> to.slot() == slot)
                    .map(Destination::ref)
                    .forEach(refs::add);
        }
        assertThat(first.retired()).isTrue();
        assertThat(refs).as("the place was given out again").isNotEmpty().doesNotContain(ref);
        assertThat(destinations.get(ref).name()).isEqualTo("(other destinations)");
        assertThat(destinations.slot(ref)).isZero();
        first.total.increment();
        long sum = sum(destinations);
        destinations.makeRoom(51, to -> true, others);
        assertThat(sum(destinations)).as("a late count is moved").isEqualTo(sum + (first.total.sum() == 0 ? 1 : 0));
    }

    private static long sum(Destinations destinations) {
        return destinations.all().stream().mapToLong(to -> to.total.sum()).sum();
    }
}
