package dev.tcphealth.config;

import dev.tcphealth.address.Subnet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was given for each option, read as what the option is; the default where nothing was. No stream, no lambda: the
 * application's first socket waits for this.
 */
final class Given {

    private final EnumMap<Option, String> values;

    private Given(EnumMap<Option, String> values) {
        this.values = values;
    }

    /** @param text {@code key=value,key=value}; null or empty for nothing */
    static Given parse(@Nullable String text) throws OptionException {
        EnumMap<Option, String> values = new EnumMap<>(Option.class);
        String[] parts = text == null || text.isBlank() ? new String[0] : text.split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (part.isBlank()) {
                String comma = i == 0 ? "first" : i == parts.length - 1 ? "last" : "second";
                throw new OptionException("an option is empty: remove the " + comma + " comma");
            }
            int equals = part.indexOf('=');
            String key = (equals < 0 ? part : part.substring(0, equals)).trim();
            if (key.isEmpty()) {
                throw new OptionException("an option has no name: '" + printable(part.trim()) + "'");
            }
            Option option = option(key);
            if (equals < 0) {
                throw new OptionException("option '" + key + "' has no value. " + option.choice());
            }
            if (values.put(option, part.substring(equals + 1).trim()) != null) {
                throw new OptionException("option '" + key + "' is given twice");
            }
        }
        return new Given(values);
    }

    static Option option(String key) throws OptionException {
        for (Option option : Option.values()) {
            if (option.key().equals(key)) {
                return option;
            }
        }
        Option nearest = Nearest.option(key);
        throw new OptionException("unknown option '" + printable(key) + "': "
                + (nearest == null ? "" : "did you mean '" + nearest.key() + "'? ")
                + "attach --help lists all options");
    }

    String text(Option option) {
        return values.getOrDefault(option, option.defaultValue());
    }

    /** Whether the first of two values was given, or is the default. */
    boolean isFirst(Option option, String first, String second) throws OptionException {
        String text = text(option);
        if (text.equals(first) || text.equals(second)) {
            return text.equals(first);
        }
        throw wrong(option);
    }

    int number(Option option) throws OptionException {
        try {
            int number = Integer.parseInt(text(option));
            if (option.allows(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, as a number out of bounds is
        }
        throw wrong(option);
    }

    double decimal(Option option) throws OptionException {
        String text = text(option);
        // parseDouble also takes "1e3", "0x1p3", "1d" and "NaN", which nobody means.
        if (digitsAndPoints(text)) {
            try {
                double number = Double.parseDouble(text);
                if (option.allows(number)) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below
            }
        }
        throw wrong(option);
    }

    Duration duration(Option option) throws OptionException {
        String text = text(option);
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
            if (option.allows(duration)) {
                return duration;
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // said below, as a duration out of bounds is
        }
        throw wrong(option);
    }

    List<String> prefixes(Option option) throws OptionException {
        List<String> prefixes = new ArrayList<>();
        for (String part : text(option).split(":", -1)) {
            String prefix = part.trim();
            if (!couldBeginAName(prefix)) {
                // com.example.* is no begin of any class's name, and would be without effect and without a word.
                throw wrong(option);
            }
            if (!prefix.isEmpty()) {
                prefixes.add(prefix);
            }
        }
        return List.copyOf(prefixes);
    }

    List<Subnet> subnets(Option option) throws OptionException {
        List<Subnet> subnets = new ArrayList<>();
        for (String part : text(option).isEmpty() ? new String[0] : text(option).split("[+]", -1)) {
            Optional<Subnet> subnet = Subnet.parse(part.trim());
            if (subnet.isEmpty()) {
                throw wrong(option);
            }
            subnets.add(subnet.get());
        }
        return List.copyOf(subnets);
    }

    private static boolean digitsAndPoints(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private static boolean couldBeginAName(String prefix) {
        for (int i = 0; i < prefix.length(); i += Character.charCount(prefix.codePointAt(i))) {
            int c = prefix.codePointAt(i);
            if (c != '.' && !Character.isJavaIdentifierPart(c)) {
                return false;
            }
        }
        return true;
    }

    OptionException wrong(Option option) {
        return new OptionException(
                "option '" + option.key() + "': '" + printable(text(option)) + "' is not allowed. " + option.choice());
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
