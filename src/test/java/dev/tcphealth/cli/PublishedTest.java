package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.config.AgentProperty;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PublishedTest {
    private static final Instant AT = Instant.parse("2026-11-27T10:00:00Z");

    private final Properties properties = new Properties();

    private Optional<String> staleAfter(long seconds) {
        return new Published(properties).stale(AT.plusSeconds(seconds));
    }

    private void put(AgentProperty property, String value) {
        properties.setProperty(property.key(), value);
    }

    @Test
    void aReportIsStaleAfterThreeIntervals() {
        put(AgentProperty.REPORT_JSON, "{\"at\": \"" + AT + "\"}");
        assertThat(staleAfter(100_000)).as("how often is not known").isEmpty();
        put(AgentProperty.INTERVAL, "PT1M");
        assertThat(staleAfter(180)).isEmpty();
        assertThat(staleAfter(181)).get().asString().contains("since " + AT, "no sample", "each 60.0 s");
        put(AgentProperty.INTERVAL, "PT1S");
        assertThat(staleAfter(10)).as("a JVM may pause").isEmpty();
        assertThat(staleAfter(11)).isPresent();
        assertThat(staleAfter(-1000)).as("the clock was set back").isEmpty();
    }

    @Test
    void theAgentsOwnWordIsPassedOn() {
        put(AgentProperty.STALE, "since " + AT + ": no descriptors");
        assertThat(staleAfter(0)).contains(" since " + AT + ": no descriptors");
    }

    @Test
    void oddValuesAreNone() {
        put(AgentProperty.REPORT_JSON, "{\"at\": \"" + AT + "\"}");
        for (String interval : new String[] {"", "x", "PT-1S", "PT99999999999H", "P1000000000D"}) {
            put(AgentProperty.INTERVAL, interval);
            assertThat(staleAfter(1000)).as(interval).isEmpty();
        }
        put(AgentProperty.INTERVAL, "PT1S");
        for (String json : new String[] {"", "[]", "{", "{\"at\": 1}", "{\"at\": \"x\"}", "[".repeat(100_000)}) {
            put(AgentProperty.REPORT_JSON, json);
            assertThat(staleAfter(1000)).isEmpty();
        }
    }
}
