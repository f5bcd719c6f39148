package dev.tcphealth.cli;

import dev.tcphealth.config.AgentProperty;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What the agent in a JVM has published, read in one go. Any code in that JVM may have written it. */
final class Published {
    /** A sample may be late, as the JVM pauses or the machine is busy. */
    private static final Duration ALWAYS_IN_TIME = Duration.ofSeconds(10);

    private static final int INTERVALS = 3;

    private final Properties properties;

    Published(Properties properties) {
        this.properties = properties;
    }

    Optional<String> get(AgentProperty property) {
        return Optional.ofNullable(properties.getProperty(property.key()));
    }

    boolean agentIn() {
        return get(AgentProperty.VERSION).isPresent();
    }

    /** When the last sample was taken; empty where there is none yet, or where that cannot be read. */
    Optional<Instant> at() {
        return get(AgentProperty.REPORT_JSON).flatMap(Published::object).flatMap(report -> instant(report.get("at")));
    }

    /**
     * Why the report is not of now, as what follows "is stale": by the agent itself, or by the report's age where the
     * agent's thread hangs or has died. Empty for one that is fresh.
     */
    Optional<String> stale(Instant now) {
        Optional<String> told = get(AgentProperty.STALE);
        if (told.isPresent()) {
            return told.map(reason -> " " + reason);
        }
        Optional<Duration> interval = get(AgentProperty.INTERVAL).flatMap(Published::duration);
        Optional<Instant> at = interval.isEmpty() ? Optional.empty() : at();
        if (at.isEmpty()) {
            return Optional.empty();
        }
        Duration age = Duration.between(at.get(), now);
        Duration allowed = interval.get().multipliedBy(INTERVALS);
        boolean old = age.compareTo(allowed) > 0 && age.compareTo(ALWAYS_IN_TIME) > 0;
        return old
                ? Optional.of(" since " + at.get() + ": no sample has been taken since then, and one is due each "
                        + interval.get().toMillis() / 1000.0 + " s")
                : Optional.empty();
    }

    /** A JSON object; empty where the text is none. */
    @SuppressWarnings("unchecked")
    static Optional<Map<String, @Nullable Object>> object(String json) {
        try {
            return BoundedJson.parse(json) instanceof Map<?, ?> map
                    ? Optional.of((Map<String, @Nullable Object>) map)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Optional<Instant> instant(@Nullable Object value) {
        try {
            return value instanceof String text ? Optional.of(Instant.parse(text)) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> duration(String value) {
        try {
            Duration duration = Duration.parse(value);
            boolean sane = !duration.isNegative() && duration.compareTo(Duration.ofDays(1)) <= 0;
            return sane ? Optional.of(duration) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
