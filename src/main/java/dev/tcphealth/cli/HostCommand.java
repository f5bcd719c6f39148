package dev.tcphealth.cli;

import dev.tcphealth.kernel.HostReader;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "host",
        description = {
            "Prints the host's network interfaces and TCP as sar -n DEV,TCP,ETCP does, and whether too many segments are"
                    + " retransmitted.",
            "Needs no sar, and no JVM but its own. Shows the network namespace it runs in: for a container's, run it"
                    + " there or with nsenter -n.",
            "What is not known is -. SYNs do not count as retransmissions. Ends with the averages, also on Ctrl-C."
        })
final class HostCommand implements Callable<Integer> {
    /** So long the JVM waits for the averages after Ctrl-C, if its output is blocked. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Session session;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "INTERVAL",
            description = "Seconds from one line to the next. Without it: one interval of 1 s.",
            converter = Interval.class)
    private @Nullable Duration interval;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "COUNT",
            description = "How many intervals. Without it, if there is an INTERVAL: until Ctrl-C.",
            converter = Count.class)
    private @Nullable Long count;

    HostCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailure {
        HostReport report = new HostReport(
                new HostReader(), () -> LocalTime.now(ZoneId.systemDefault()), session.out(), session.err());
        Stop stop = new Stop();
        Runtime.getRuntime().addShutdownHook(new Thread(stop::askAndWait, "tcp-health stop"));
        try {
            run(report, stop);
        } finally {
            stop.done();
        }
        return ExitCode.OK.code();
    }

    private void run(HostReport report, Stop stop) throws CommandFailure {
        Duration length = interval == null ? Duration.ofSeconds(1) : interval;
        long left = interval == null ? 1 : count == null ? Long.MAX_VALUE : count;
        session.out()
                .printf(
                        "%s %s  %s%n",
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        LocalDate.now(ZoneId.systemDefault()));
        long next = System.nanoTime();
        report.begin();
        boolean any = false;
        while (left > 0 && !session.out().checkError()) {
            next += length.toNanos();
            if (stop.within(next - System.nanoTime())) {
                break;
            }
            report.interval();
            any = true;
            left--;
        }
        if (any) {
            report.averages();
        }
    }

    /** Lets Ctrl-C end the waiting, and the JVM wait for what is printed then. */
    private static final class Stop {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch done = new CountDownLatch(1);

        /** Waits so long; true if it was asked for. */
        boolean within(long nanos) {
            try {
                return asked.await(nanos, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }

        void done() {
            done.countDown();
        }

        void askAndWait() {
            asked.countDown();
            try {
                @SuppressWarnings("unused")
                boolean printed = done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static final class Interval implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            if (!value.matches("[1-9][0-9]{0,5}")) {
                throw new TypeConversionException(
                        "INTERVAL '" + value + "' is not a number of seconds from 1 to 999999");
            }
            return Duration.ofSeconds(Long.parseLong(value));
        }
    }

    static final class Count implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            if (!value.matches("[1-9][0-9]{0,8}")) {
                throw new TypeConversionException(
                        "COUNT '" + value + "' is not a number of intervals from 1 to 999999999");
            }
            return Long.valueOf(value);
        }
    }
}
