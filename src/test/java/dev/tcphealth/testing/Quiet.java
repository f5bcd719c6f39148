package dev.tcphealth.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The network namespace of this process while nothing moves in it: two who read its counters then see the same.
 *
 * @param counters what the kernel says of it
 */
public record Quiet(String counters) {

    private static final Duration LONG_ENOUGH = Duration.ofMillis(300);

    /** Waits until nothing has moved for a moment. */
    public static Quiet reached() {
        String[] last = {""};
        await().pollInterval(Duration.ofMillis(20)).during(LONG_ENOUGH).until(() -> {
            String now = read();
            boolean same = now.equals(last[0]);
            last[0] = now;
            return same;
        });
        return new Quiet(last[0]);
    }

    /** Fails if anything has moved since. */
    public void require() throws IOException {
        String now = read();
        if (!now.equals(counters)) {
            throw new IllegalStateException("not quiet:\n" + counters + "\n" + now);
        }
    }

    private static String read() throws IOException {
        return Files.readString(Path.of("/proc/self/net/snmp")) + Files.readString(Path.of("/proc/self/net/dev"));
    }
}
