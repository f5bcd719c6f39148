package dev.tcphealth.launcher;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The agent of this JVM as the launcher keeps it. An application can read this by reflection: so there is no
 * Instrumentation here, and nothing that leads to it.
 */
final class Running {

    private static final long TIMEOUT_MILLIS = 60_000;

    private final LateTransformer place = new LateTransformer();
    private volatile @Nullable Thread starter;
    private volatile @Nullable Function<@Nullable Object[], Boolean> agent;

    /** What holds the weaver's place. */
    LateTransformer place() {
        return place;
    }

    /**
     * Starts it.
     *
     * @param here on this thread, which is the JVM's own for attach: a SecurityManager may forbid to start another from it
     */
    void start(Starter work, boolean here) {
        if (here) {
            place.startedBy(Thread.currentThread());
            work.run();
            return;
        }
        Thread thread = new Thread(null, work, "tcp-health-start", 0, false);
        thread.setDaemon(true);
        starter = thread;
        place.startedBy(thread);
        thread.start();
    }

    /** It is up, behind this entry; or null: it is not. */
    void up(@Nullable Function<@Nullable Object[], Boolean> entry) {
        agent = entry;
    }

    /** Its entry, once it is up; null if it is not, as its start has failed or takes too long. */
    @Nullable
    Function<@Nullable Object[], Boolean> await() throws InterruptedException {
        return await(TIMEOUT_MILLIS);
    }

    /** The same, within this time. */
    @Nullable
    Function<@Nullable Object[], Boolean> await(long millis) throws InterruptedException {
        place.hurry();
        Thread thread = starter;
        if (thread != null) {
            thread.join(millis);
        }
        return agent;
    }
}
