package dev.tcphealth.mbean;

import dev.tcphealth.config.HealthLimits;
import dev.tcphealth.config.OptionException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An agent that only notes what it is asked to do. */
public final class TestAgent implements AgentControl {

    int resets;
    private HealthLimits limits = HealthLimits.defaults();
    private Duration interval = Duration.ofSeconds(10);

    @Override
    public AgentStatus status() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("interval", "10s");
        options.put("depth", "32");
        return new AgentStatus(
                "0.1.0",
                options,
                "JNA (tests)",
                "recognised (tests)",
                3,
                0,
                1,
                5,
                2000,
                new OwnCost(1_500_000_000, 250_000_000, 1.25, 4096, 8, 7),
                List.of("no sock_diag: refused"));
    }

    @Override
    public void reset() {
        resets++;
    }

    @Override
    public String report() {
        return "a report";
    }

    @Override
    public String writeReport(@Nullable String path) {
        if (path == null) {
            throw new IllegalArgumentException("no path");
        }
        return path;
    }

    @Override
    public Map<String, String> limits() {
        return limits.asText();
    }

    @Override
    public void limit(String name, String value) {
        try {
            limits = limits.with(name, value);
        } catch (OptionException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public Duration interval() {
        return interval;
    }

    @Override
    public void interval(Duration next) {
        if (next.compareTo(Duration.ofMillis(100)) < 0 || next.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("interval: 0.1 s to 1 h");
        }
        interval = next;
    }
}
