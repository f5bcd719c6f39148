package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(destinations.all()).hasSize(4).extracting(Destination::id).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void pastTheLimitAllOthersAreOne() {
        Destinations destinations = new Destinations(10);
        List<Destination> found = new ArrayList<>();
        for (int port = 1; port <= 20; port++) {
            found.add(destinations.intern(Endpoint.ipv4(1, port), false));
        }
        assertThat(found.subList(0, 10)).extracting(Destination::id).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(found.subList(10, 20)).allMatch(to -> to.name().equals("(other destinations)") && to.id() == 0);
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
                    .extracting(Destination::id)
                    .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            assertThat(destinations.all().stream()
                            .mapToLong(to -> to.total.sum())
                            .sum())
                    .isEqualTo(40);
        }
    }
}
