package dev.tcphealth;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.config.Options;
import dev.tcphealth.config.Version;
import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.connection.Governor;
import dev.tcphealth.kernel.SocketFds;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The core, put together: takes events by its tracker, samples on a thread of its own, shows by JMX and reports. */
public final class TcpHealth implements AutoCloseable {

    /**
     * How long an application that starts with the agent has its MBean server to itself: application servers set the
     * system properties that choose their MBean server and log manager in the first lines of main.
     */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private static final Duration FIRST_SAMPLE = Duration.ofSeconds(20);

    private final Options options;
    private final JvmInside inside;
    private final ConnectionTracker tracker;
    private final Condition condition;

    private volatile @Nullable SamplingThread sampling;
    private volatile @Nullable Thread thread;

    /**
     * An agent that can take events and does nothing else yet. Threads of the application may wait for this in the
     * middle of loading a class: nothing here may need a channel, a socket or anything of java.security, nor what takes
     * long to load, such as lambdas and the rules of health.
     */
    public TcpHealth(Options options, JvmInside inside) {
        this.options = options;
        this.inside = inside;
        this.condition = new Condition(inside.errorsSwallowed());
        this.tracker = new ConnectionTracker(
                options.codePaths(),
                options.depth(),
                options.app(),
                options.destinations(),
                options.remember(),
                inside,
                new Governor(options.maxOverhead(), System.nanoTime()));
    }

    /** Takes the events of woven code. */
    public ConnectionTracker tracker() {
        return tracker;
    }

    /**
     * Begins to sample. The command line finds the agent from here on; for a report it waits for the first sample.
     *
     * @param atOnce return after the first sample is shown, instead of leaving the application time to start
     */
    public void start(boolean atOnce) {
        notePreexisting();
        inside.publish(AgentProperty.VERSION.key(), Version.current());
        SampleTimes times = new SampleTimes(options.interval(), System::nanoTime);
        SamplingThread begun =
                new SamplingThread(options, inside, tracker, condition, times, atOnce ? Duration.ZERO : QUIET);
        sampling = begun;
        thread = begun.start();
        if (atOnce) {
            try {
                if (!begun.firstSample().await(FIRST_SAMPLE.toSeconds(), TimeUnit.SECONDS)) {
                    condition.trouble("the first sample took longer than " + FIRST_SAMPLE.toSeconds() + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends sampling and removes whatever was shown. */
    @Override
    public void close() {
        SamplingThread begun = sampling;
        Thread running = thread;
        if (begun != null && running != null) {
            begun.close();
            LockSupport.unpark(running);
            try {
                running.join(FIRST_SAMPLE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Reports.unpublish(inside);
        inside.publish(AgentProperty.VERSION.key(), null);
    }

    private void notePreexisting() {
        try {
            new SocketFds().forEach((number, inode) -> tracker.preexisting(number));
        } catch (IOException e) {
            // Without /proc there is no way to know: the sampler says so in every Snapshot.
        }
    }
}
