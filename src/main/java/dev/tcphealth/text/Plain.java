package dev.tcphealth.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Values as plain text, the same in every locale; whatever cannot be known is "unknown". */
public final class Plain {

    private static final String CUT = "...";

    private Plain() {}

    /**
     * Names come from the application's class files and the network: nothing in them may move a terminal's cursor, end
     * a line or turn the writing direction.
     */
    public static String text(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        raw.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (Harmless.isHarmless(c)) {
                        text.appendCodePoint(c);
                    } else {
                        Harmless.escape(c, text);
                    }
                }
            }
        });
        return text.toString();
    }

    /** Cut on the left, at a dot where one is near: a frame's class, method and line stand on the right. */
    public static String shortened(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int from = text.length() - Math.max(width - CUT.length(), 1);
        int dot = text.indexOf('.', from);
        if (dot >= 0 && dot - from < 16 && dot + 1 < text.length()) {
            from = dot + 1;
        }
        if (Character.isLowSurrogate(text.charAt(from))) {
            from++;
        }
        return CUT + text.substring(from);
    }

    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A number and what it counts: {@code 1 channel}, {@code 1,200 channels}, {@code 0 channels}. */
    public static String counted(long value, String one) {
        return counted(value, one, one + "s");
    }

    /** The same where the plural has another ending, or where more words follow. */
    public static String counted(long value, String one, String more) {
        return count(value) + " " + (value == 1 ? one : more);
    }

    public static String rate(double perSecond) {
        return Double.isNaN(perSecond) ? "unknown" : String.format(Locale.ROOT, "%,.1f", perSecond);
    }

    public static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%,.1f s", duration.toNanos() / 1e9);
    }

    /** Small ratios matter most (0.01 % is a limit), so they get more places. */
    public static String ratioPercent(double percent) {
        if (Double.isNaN(percent)) {
            return "unknown";
        }
        if (percent == 0) {
            return "0 %";
        }
        return percent < 0.0001
                ? "<0.0001 %"
                : String.format(Locale.ROOT, percent < 1 ? "%.4f %%" : "%.2f %%", percent);
    }

    /** A measured number with as many places as matter: four below a tenth, then fewer. */
    public static String measured(double value) {
        String format = value < 0.1 ? "%.4f" : value < 10 ? "%.2f" : "%,.1f";
        return String.format(Locale.ROOT, format, value);
    }

    /** A duration of which no more than two digits are known: {@code about 0.42 ms}. */
    public static String aboutMillis(long micros) {
        BigDecimal millis = BigDecimal.valueOf(micros, 3).round(new MathContext(2));
        return "about "
                + (millis.signum() == 0 ? "0" : millis.stripTrailingZeros().toPlainString()) + " ms";
    }

    /** For people who want no more than one place. */
    public static String percent(double percent) {
        if (Double.isNaN(percent)) {
            return "unknown";
        }
        return percent > 0 && percent < 0.05 ? "<0.1 %" : String.format(Locale.ROOT, "%.1f %%", percent);
    }

    public static String share(long part, long whole) {
        if (whole <= 0) {
            return "-";
        }
        double percent = 100.0 * part / whole;
        if (part == 0 || part == whole) {
            return part == 0 ? "0 %" : "100 %";
        }
        return percent < 0.05 ? "<0.1 %" : percent > 99.95 ? ">99.9 %" : String.format(Locale.ROOT, "%.1f %%", percent);
    }

    /** Rounded down, so that only all of it is 100 %. */
    public static String wholeShare(double percent) {
        if (percent == 100 || percent == 0) {
            return percent == 100 ? "100 %" : "0 %";
        }
        return percent < 0.1 ? "<0.1 %" : String.format(Locale.ROOT, "%.1f %%", Math.floor(percent * 10) / 10);
    }

    /** A frame without its package: {@code Client.fetch:42}. */
    public static String brief(String frame) {
        int open = frame.indexOf('(');
        int line = frame.lastIndexOf(':');
        if (open < 0) {
            return frame;
        }
        String method = frame.substring(0, open);
        int type = method.lastIndexOf('.', method.lastIndexOf('.') - 1);
        return method.substring(type + 1) + (line > open ? frame.substring(line, frame.length() - 1) : "");
    }

    /** Broken at spaces into lines of at most this width; every line but the first is set in by two more. */
    public static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            int end = space > width / 2 ? space : width;
            lines.add(rest.substring(0, end));
            rest = "  " + rest.substring(end).strip();
        }
        lines.add(rest);
        return lines;
    }

    /** {@code 8 s}, {@code 3 min 20 s}, {@code 2 h 5 min}, {@code 3 d 4 h}: the two largest units. */
    public static String age(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + " d " + age.toHoursPart() + " h";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h " + age.toMinutesPart() + " min";
        }
        if (age.toMinutes() > 0) {
            return age.toMinutes() + " min " + age.toSecondsPart() + " s";
        }
        return age.toSeconds() + " s";
    }
}
