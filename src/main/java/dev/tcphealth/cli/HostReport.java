package dev.tcphealth.cli;

import dev.tcphealth.kernel.HostReader;
import dev.tcphealth.kernel.HostSample;
import dev.tcphealth.kernel.TcpCounters;
import java.io.PrintStream;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the host when told to and prints what changed since the reading before: a page of sar's and a verdict. */
final class HostReport {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final String AVERAGE = "Average:";

    private final HostReader reader;
    private final Supplier<LocalTime> clock;
    private final PrintStream out;
    private final PrintStream err;
    private final Set<String> told = new LinkedHashSet<>();
    private String time = "";
    private @Nullable TcpCounters first;
    private TcpCounters last = TcpCounters.UNKNOWN;

    /** @param err is told once what cannot be read */
    HostReport(HostReader reader, Supplier<LocalTime> clock, PrintStream out, PrintStream err) {
        this.reader = reader;
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    /** The reading that the first interval is measured from. */
    void begin() throws CommandFailure {
        HostSample sample = read();
        first = sample.counters();
        if (sample.counters().equals(TcpCounters.UNKNOWN) && sample.interfaces().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.AGENT_REFUSED, "the kernel says nothing of TCP and of network interfaces here.");
        }
    }

    /** Ends an interval, prints it, and begins the next. */
    void interval() {
        String from = time;
        TcpCounters before = last;
        HostSample sample = read();
        out.print(HostTables.text(from, time, sample));
        verdict(time, sample, before);
    }

    /** Prints the averages of all intervals. */
    void averages() {
        HostSample average = reader.average();
        out.print(HostTables.text(AVERAGE, AVERAGE, average));
        verdict(AVERAGE, average, first == null ? TcpCounters.UNKNOWN : first);
    }

    private HostSample read() {
        HostSample sample = reader.sample();
        time = TIME.format(clock.get());
        last = sample.counters();
        sample.missing().stream().filter(told::add).forEach(line -> err.println("tcp-health: " + line));
        return sample;
    }

    private void verdict(String prefix, HostSample sample, TcpCounters since) {
        boolean known = since.outSegments() >= 0 && last.outSegments() >= since.outSegments();
        double segments = known ? last.outSegments() - since.outSegments() : Double.NaN;
        String verdict = RetransmissionVerdict.of(100 * sample.tcp().retransmissionRatio(), segments);
        out.printf(Locale.ROOT, "%n%-12sretransmissions %s%n", prefix, verdict);
    }
}
