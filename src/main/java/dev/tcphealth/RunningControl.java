package dev.tcphealth;

import dev.tcphealth.config.Option;
import dev.tcphealth.config.OptionException;
import dev.tcphealth.config.Options;
import dev.tcphealth.config.Version;
import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.health.Judge;
import dev.tcphealth.mbean.AgentControl;
import dev.tcphealth.mbean.AgentStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the MBeans may ask of a running agent and do to it. */
final class RunningControl implements AgentControl {

    private final Options options;
    private final JvmInside inside;
    private final ConnectionTracker tracker;
    private final Condition condition;
    private final SampleTimes times;
    private final Reports reports;
    private final OwnCosts costs;
    private final Judge judge;
    private final Runnable wake;

    /**
     * The control of one agent.
     *
     * @param wake wakes the sampling thread
     */
    RunningControl(
            Options options,
            JvmInside inside,
            ConnectionTracker tracker,
            Condition condition,
            SampleTimes times,
            Reports reports,
            OwnCosts costs,
            Judge judge,
            Runnable wake) {
        this.options = options;
        this.inside = inside;
        this.tracker = tracker;
        this.condition = condition;
        this.times = times;
        this.reports = reports;
        this.costs = costs;
        this.judge = judge;
        this.wake = wake;
    }

    @Override
    public AgentStatus status() {
        List<String> missing = new ArrayList<>(inside.missing());
        missing.addAll(condition.troubles());
        return new AgentStatus(
                Version.current(),
                optionsInForce(),
                condition.nativeAccess(),
                condition.stackAccess(),
                condition.samples(),
                condition.swallowed(inside.errorsSwallowed()),
                tracker.dropped.get(),
                tracker.codePaths().all().size(),
                options.codePaths(),
                costs.last(condition.nativeBytes()),
                missing);
    }

    private Map<String, String> optionsInForce() {
        Map<String, String> text = options.asText();
        text.putAll(judge.limits().asText());
        return text;
    }

    @Override
    public void reset() {
        tracker.reset();
    }

    @Override
    public String report() {
        String report = reports.text();
        if (report == null) {
            throw new IllegalArgumentException("there is no report yet: try again in a few seconds");
        }
        return report;
    }

    @Override
    public String writeReport(@Nullable String path) {
        return ReportFile.write(path, report()).toString();
    }

    @Override
    public Map<String, String> limits() {
        return judge.limits().asText();
    }

    @Override
    public synchronized void limit(String name, String value) {
        try {
            judge.limits(judge.limits().with(name, value));
        } catch (OptionException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public Duration interval() {
        return times.interval();
    }

    @Override
    public void interval(Duration chosen) {
        if (!Option.INTERVAL.allows(chosen)) {
            throw new IllegalArgumentException("the interval can be " + Option.INTERVAL.allowed());
        }
        times.interval(chosen);
        reports.interval(times.stretched());
        wake.run();
    }
}
