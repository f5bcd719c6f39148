package dev.tcphealth.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
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
 */
public record Options(
        Duration interval,
        List<String> app,
        int depth,
        int codePaths,
        int destinations,
        int remember,
        int maxOverhead) {

    static final Duration SHORTEST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofHours(1);

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
        EnumMap<Option, String> given = new EnumMap<>(Option.class);
        for (String part : text == null || text.isBlank() ? new String[0] : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String key = (equals < 0 ? part : part.substring(0, equals)).trim();
            Option option = option(key);
            if (equals < 0) {
                throw new OptionException("option '" + key + "' has no value: write " + key + "=" + example(option));
            }
            if (given.put(option, part.substring(equals + 1).trim()) != null) {
                throw new OptionException("option '" + key + "' is given twice");
            }
        }
        return new Options(
                duration(given, Option.INTERVAL),
                prefixes(given),
                number(given, Option.DEPTH),
                number(given, Option.CODE_PATHS),
                number(given, Option.DESTINATIONS),
                number(given, Option.REMEMBER),
                number(given, Option.MAX_OVERHEAD));
    }

    /** As they would be written, by key, defaults included. */
    public Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put(Option.INTERVAL.key(), text(interval));
        text.put(Option.APP.key(), String.join(":", app));
        text.put(Option.DEPTH.key(), Integer.toString(depth));
        text.put(Option.CODE_PATHS.key(), Integer.toString(codePaths));
        text.put(Option.DESTINATIONS.key(), Integer.toString(destinations));
        text.put(Option.REMEMBER.key(), Integer.toString(remember));
        text.put(Option.MAX_OVERHEAD.key(), Integer.toString(maxOverhead));
        return text;
    }

    private static Option option(String key) throws OptionException {
        StringBuilder keys = new StringBuilder();
        for (Option option : Option.values()) {
            if (option.key().equals(key)) {
                return option;
            }
            keys.append(keys.isEmpty() ? "" : ", ").append(option.key());
        }
        throw new OptionException("unknown option '" + printable(key) + "': there are " + keys);
    }

    private static int number(EnumMap<Option, String> given, Option option) throws OptionException {
        String text = given.getOrDefault(option, option.defaultValue());
        try {
            int number = Integer.parseInt(text);
            if (option.allows(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, as a number out of bounds is
        }
        throw wrong(option, text);
    }

    private static Duration duration(EnumMap<Option, String> given, Option option) throws OptionException {
        String text = given.getOrDefault(option, option.defaultValue());
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        try {
            long count = Long.parseLong(text.substring(0, digits));
            Duration duration = switch (text.substring(digits)) {
                case "ms" -> Duration.ofMillis(count);
                case "s", "" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ZERO;
            };
            if (allowed(duration)) {
                return duration;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // said below, as a duration out of bounds is
        }
        throw wrong(option, text);
    }

    /** Whether a sampling interval is neither too short nor too long. */
    public static boolean allowed(Duration interval) {
        return interval.compareTo(SHORTEST) >= 0 && interval.compareTo(LONGEST) <= 0;
    }

    private static List<String> prefixes(EnumMap<Option, String> given) throws OptionException {
        String text = given.getOrDefault(Option.APP, "");
        List<String> prefixes = new ArrayList<>();
        for (String part : text.split(":", -1)) {
            String prefix = part.trim();
            if (!prefix.chars().allMatch(c -> c == '.' || Character.isJavaIdentifierPart(c))) {
                // com.example.* is no begin of any class's name, and would be without effect and without a word.
                throw wrong(Option.APP, text);
            }
            if (!prefix.isEmpty()) {
                prefixes.add(prefix);
            }
        }
        return List.copyOf(prefixes);
    }

    private static OptionException wrong(Option option, String text) {
        return new OptionException("option '" + option.key() + "' cannot be '" + printable(text) + "': write "
                + option.key() + "=" + example(option) + " (" + option.allowed() + ")");
    }

    private static String example(Option option) {
        return option.defaultValue().isEmpty() ? "com.example" : option.defaultValue();
    }

    /** A duration as it would be written, in whole units. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 3_600_000 == 0
                ? millis / 3_600_000 + "h"
                : millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** One line whatever somebody typed. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), 60); i++) {
            char c = text.charAt(i);
            printable.append(Character.isISOControl(c) ? '?' : c);
        }
        return printable.append(text.length() > 60 ? "..." : "").toString();
    }
}
