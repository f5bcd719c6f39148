package dev.tcphealth.mbean;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An agent that only notes what it is asked to do. */
public final class TestAgent implements AgentControl {

    int resets;
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
