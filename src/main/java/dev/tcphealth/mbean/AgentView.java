package dev.tcphealth.mbean;

import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.report.Facts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import javax.management.MBeanException;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Agent}: the agent itself, what works and what it costs. */
@Described(description = "The tcp-health agent itself: version, options, samples, and what it could not see")
public final class AgentView {

    private final LastSnapshot last;
    private final AgentControl control;
    private final Supplier<List<String>> conflicts;

    /** @param conflicts MBeans that could not be registered, one line each */
    AgentView(LastSnapshot last, AgentControl control, Supplier<List<String>> conflicts) {
        this.last = last;
        this.control = control;
        this.conflicts = conflicts;
    }

    @Managed(description = "Version of the agent")
    public String getVersion() {
        return control.status().version();
    }

    @Managed(description = "Every option in force: name and value")
    public TabularData getOptions() {
        return KeysAndValues.table("Options", control.status().options());
    }

    @Managed(description = "When the last sample was taken (date and time); null: none yet")
    public @Nullable Date getLastSample() {
        Snapshot snapshot = last.get();
        return Facts.sampled(snapshot) ? Date.from(snapshot.at()) : null;
    }

    @Managed(description = "How long it took to take the last sample (milliseconds)" + Unknown.NUMBER)
    public double getLastSampleMillis() {
        return last.number(snapshot -> 1000 * Facts.seconds(snapshot.took()));
    }

    @Managed(description = "How the agent asks the kernel, and why not otherwise; none: /proc is all it has")
    public String getNativeAccess() {
        return control.status().nativeAccess();
    }

    @Managed(description = "How the agent tells stacks apart, and why not at less cost")
    public String getStackAccess() {
        return control.status().stackAccess();
    }

    @Managed(description = "Samples taken since the start of the agent (count)" + Unknown.COUNT)
    public long getSamples() {
        return control.status().samples();
    }

    @Managed(
            description = "Exceptions inside the agent that the application did not get to see (count)" + Unknown.COUNT)
    public long getErrorsSwallowed() {
        return control.status().errorsSwallowed();
    }

    @Managed(description = "Socket events lost for want of room (count)" + Unknown.COUNT)
    public long getEventsDropped() {
        return control.status().eventsDropped();
    }

    @Managed(
            description = "How long the application's threads have been inside the agent since its start, by timing one"
                    + " event in 64 (seconds)" + Unknown.NUMBER)
    public double getHookSeconds() {
        return control.status().cost().hookNanos() / 1e9;
    }

    @Managed(description = "CPU time of the agent's own thread since its start (seconds)" + Unknown.NUMBER)
    public double getSamplerSeconds() {
        long nanos = control.status().cost().samplerNanos();
        return nanos < 0 ? Double.NaN : nanos / 1e9;
    }

    @Managed(
            description =
                    "The agent's own cost over the last interval, hooks and sampler together (percent of one core)"
                            + Unknown.NUMBER)
    public double getOverheadPercent() {
        return control.status().cost().percentOfOneCore();
    }

    @Managed(
            description =
                    "Memory that the agent's tables hold of the heap, estimated from their sizes, and its native calls outside of it (bytes)"
                            + Unknown.COUNT)
    public long getEstimatedBytes() {
        return control.status().cost().estimatedBytes();
    }

    @Managed(
            description =
                    "Of so many stacks that are not matched one is captured, as the option max-overhead asks for; 1: all are (count)")
    public int getStacksOneIn() {
        return control.status().cost().stacksOneIn();
    }

    @Managed(
            description =
                    "Closed connections forgotten within 60 s, as there were more than the option remember allows:"
                            + " their sockets in TIME_WAIT count as others' (count)" + Unknown.COUNT)
    public long getClosedForgotten() {
        return control.status().cost().closedForgotten();
    }

    @Managed(description = "Code paths known (count)" + Unknown.COUNT)
    public long getCodePaths() {
        return control.status().codePaths();
    }

    @Managed(description = "Code paths that may be known; later ones count under one row (count)" + Unknown.COUNT)
    public long getCodePathsLimit() {
        return control.status().codePathsLimit();
    }

    @Managed(description = "What could not be read, joined or shown, and why: one line each; empty: nothing is missing")
    public String[] getMissing() {
        List<String> lines = new ArrayList<>(Facts.missing(last.get()));
        lines.addAll(control.status().missing());
        lines.addAll(conflicts.get());
        return lines.stream().distinct().toArray(String[]::new);
    }

    @Managed(description = "The time between two samples (seconds); can be set, from 1 s to 1 h")
    public double getIntervalSeconds() {
        return Facts.seconds(control.interval());
    }

    @Managed
    public void setIntervalSeconds(double seconds) throws MBeanException {
        try {
            control.interval(Duration.ofNanos(Math.round(seconds * 1e9)));
        } catch (IllegalArgumentException e) {
            throw Refused.because(String.valueOf(e.getMessage()));
        }
    }

    @Managed(
            description = "Writes the report, as the command line's report prints it, to a new file on the machine of"
                    + " this JVM, which only its user can read; gives the file's path")
    public String writeReport(
            @Described(description = "absolute path of a file that is not there yet") @Nullable String path)
            throws MBeanException {
        try {
            return control.writeReport(path);
        } catch (IllegalArgumentException e) {
            throw Refused.because(String.valueOf(e.getMessage()));
        }
    }
}
