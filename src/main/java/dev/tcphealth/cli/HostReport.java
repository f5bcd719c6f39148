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
        verdict(time, before);
    }

    /** Prints the averages of all intervals. */
    void averages() {
        out.print(HostTables.text(AVERAGE, AVERAGE, reader.average()));
        verdict(AVERAGE, first == null ? TcpCounters.UNKNOWN : first);
    }

    private HostSample read() {
        HostSample sample = reader.sample();
        time = TIME.format(clock.get());
        last = sample.counters();
        sample.missing().stream().filter(told::add).forEach(line -> err.println("tcp-health: " + line));
        return sample;
    }

    private void verdict(String prefix, TcpCounters since) {
        long again = rise(since.retransmittedSegments(), last.retransmittedSegments());
        long syns = rise(since.synRetransmits(), last.synRetransmits());
        // Read from two files, one after the other: the SYNs may seem to be more.
        long retransmitted = again < 0 || syns < 0 ? -1 : Math.max(0, again - syns);
        String verdict = RetransmissionVerdict.of(rise(since.outSegments(), last.outSegments()), retransmitted);
        out.printf(Locale.ROOT, "%n%-12sretransmissions %s%n", prefix, verdict);
    }

    private static long rise(long before, long now) {
        return before < 0 ? -1 : now - before;
    }
}
