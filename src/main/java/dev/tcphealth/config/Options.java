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
 * @param interval time between two samples, 1 s to 1 h
 * @param app prefixes of the application's classes, or none
 * @param depth frames kept of each code path
 * @param codePaths code paths kept apart
 * @param destinations destinations kept apart
 * @param remember closed connections remembered
 */
public record Options(Duration interval, List<String> app, int depth, int codePaths, int destinations, int remember) {

    public static final Duration SHORTEST = Duration.ofSeconds(1);
    public static final Duration LONGEST = Duration.ofHours(1);

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
                prefixes(given.getOrDefault(Option.APP, "")),
                number(given, Option.DEPTH, 1, 200),
                number(given, Option.CODE_PATHS, 10, 100_000),
                number(given, Option.DESTINATIONS, 10, 100_000),
                number(given, Option.REMEMBER, 4096, 4_194_304));
    }

    /** As they would be written, by key, defaults included. */
    public Map<String, String> asText() {
        Map<String, String> text = new LinkedHashMap<>();
        text.put(Option.INTERVAL.key(), durationText(interval));
        text.put(Option.APP.key(), String.join(":", app));
        text.put(Option.DEPTH.key(), Integer.toString(depth));
        text.put(Option.CODE_PATHS.key(), Integer.toString(codePaths));
        text.put(Option.DESTINATIONS.key(), Integer.toString(destinations));
        text.put(Option.REMEMBER.key(), Integer.toString(remember));
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

    private static int number(EnumMap<Option, String> given, Option option, int lowest, int highest)
            throws OptionException {
        String text = given.getOrDefault(option, option.defaultValue());
        try {
            int number = Integer.parseInt(text);
            if (number >= lowest && number <= highest) {
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

    private static List<String> prefixes(String text) {
        List<String> prefixes = new ArrayList<>();
        for (String prefix : text.split(":", -1)) {
            if (!prefix.isBlank()) {
                prefixes.add(prefix.trim());
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

    private static String durationText(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
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
