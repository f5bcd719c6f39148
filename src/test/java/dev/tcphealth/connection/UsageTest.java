package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.address.Endpoint;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UsageTest {

    private final CodePath rest = new CodePath(0, 0, 0, "(other code paths)", List.of(), null);
    private final Destination destination =
            new Destination(1, 1, Endpoint.ipv4(0x0a000005, 80), false, new Destination("(other destinations)"));

    @Test
    void pastTheLimitNothingIsLost() {
        List<CodePath> paths =
                IntStream.rangeClosed(1, 1000).mapToObj(this::path).toList();
        paths.forEach(path -> destination.usage(path, rest).connections.increment());
        paths.forEach(path -> destination.usage(path, rest).connections.increment());
        List<Usage> usages = destination.usages();
        assertThat(usages.stream()
                        .map(usage -> usage.connections)
                        .mapToLong(LongAdder::sum)
                        .sum())
                .isEqualTo(2000);
        assertThat(usages.get(0).connections.sum()).isEqualTo(2);
        assertThat(usages.get(usages.size() - 1).codePath()).isEqualTo(rest);
        assertThat(usages.get(usages.size() - 1).connections.sum()).isEqualTo(2000 - 2 * (Destination.MOST_USAGES - 1));
    }

    @Test
    void threadsThatComeTogetherGetTheSame() throws InterruptedException {
        List<CodePath> paths = IntStream.rangeClosed(1, 20).mapToObj(this::path).toList();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> {
                    await(start);
                    paths.forEach(
                            path -> destination.usage(path, rest).connections.increment());
                }))
                .toList();
        threads.forEach(Thread::start);
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(destination.usages()).hasSize(20).allMatch(usage -> usage.connections.sum() == 8);
        destination.reset();
        assertThat(destination.usages()).hasSize(20).allMatch(usage -> usage.connections.sum() == 0);
    }

    @Test
    void connectionsOfLessThanAMillisecondHaveALifetime() {
        Usage usage = new Usage(rest);
        for (int i = 0; i < 10; i++) {
            usage.lived(290_000);
        }
        assertThat(usage.ended.sum()).isEqualTo(10);
        assertThat(usage.lifetimeMicros.sum()).isEqualTo(2900);
    }

    private CodePath path(int id) {
        return new CodePath(id, id, id, "path " + id, List.of(), null);
    }

    private static void await(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
