package dev.tcphealth.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The one limit that all waiting of a command shares. */
final class Deadline {
    private static final long POLL_MILLIS = 20;

    private final Duration timeout;
    private final long endNanos;

    private Deadline(Duration timeout, Duration left) {
        this.timeout = timeout;
        this.endNanos = System.nanoTime() + left.toNanos();
    }

    static Deadline in(Duration timeout) {
        return new Deadline(timeout, timeout);
    }

    /** One that another process of this command began. */
    static Deadline in(Duration timeout, Duration left) {
        return new Deadline(timeout, left);
    }

    Duration timeout() {
        return timeout;
    }

    /** The timeout for a person. */
    long seconds() {
        return timeout.plusMillis(999).toSeconds();
    }

    boolean passed() {
        return remainingNanos() <= 0;
    }

    /** What is left of it, at least a millisecond. */
    Duration remaining() {
        return Duration.ofMillis(remainingMillis());
    }

    /** At least 1, as 0 means "for ever" to a Selector. */
    long remainingMillis() {
        return Math.max(1, remainingNanos() / 1_000_000);
    }

    /** Waits a moment before the next look. */
    void pause() throws IOException {
        if (passed()) {
            throw new AttachTimeout();
        }
        try {
            TimeUnit.MILLISECONDS.sleep(Math.min(POLL_MILLIS, remainingMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private long remainingNanos() {
        return endNanos - System.nanoTime();
    }
}
