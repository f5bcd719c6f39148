package dev.tcphealth.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of one agent, checked.
 *
 * @param interval time between two samples
 * @param app prefixes of the application's classes, or none
 * @param depth frames kept of each code path
 * @param codePaths code paths kept apart
 * @param destinations destinations kept apart
 * @param remember closed connections remembered
 * @param maxOverhead per cent of one core that the agent may take; 0 for no limit
 * @param matchStacks whether stacks that were captured before are matched, or captured again
 * @param limits what is judged by
 */
public record Options(
        Duration interval,
        List<String> app,
        int depth,
        int codePaths,
        int destinations,
        int remember,
        int maxOverhead,
        boolean matchStacks,
        HealthLimits limits) {

    private static final String MATCHED = "matched";
    private static final String CAPTURED = "captured";

    public Options {
        app = List.copyOf(app);
    }

    /**
     * Reads options.
     *
     * @param text {@code key=value,key=value}, as it stands behind the {@code =} of -javaagent; null or empty for none
     * @throws OptionException names the option, what is wrong with it and what would be right
     */
    public static Options parse(@Nullable String text) throws OptionException {
        Given given = Given.parse(text);
        return new Options(
                given.duration(Option.INTERVAL),
                given.prefixes(Option.APP),
                given.number(Option.DEPTH),
                given.number(Option.CODE_PATHS),
                given.number(Option.DESTINATIONS),
                given.number(Option.REMEMBER),
                given.number(Option.MAX_OVERHEAD),
                given.isFirst(Option.STACKS, MATCHED, CAPTURED),
                HealthLimits.of(given));
    }

    /** As they would be written, by key, defaults included. */
    public Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put(Option.INTERVAL.key(), Option.text(interval));
        text.put(Option.APP.key(), String.join(":", app));
        text.put(Option.DEPTH.key(), Integer.toString(depth));
        text.put(Option.CODE_PATHS.key(), Integer.toString(codePaths));
        text.put(Option.DESTINATIONS.key(), Integer.toString(destinations));
        text.put(Option.REMEMBER.key(), Integer.toString(remember));
        text.put(Option.MAX_OVERHEAD.key(), Integer.toString(maxOverhead));
        text.put(Option.STACKS.key(), matchStacks ? MATCHED : CAPTURED);
        text.putAll(limits.asText());
        return text;
    }
}
