package dev.tcphealth.kernel;

import java.util.ArrayList;
import java.util.List;

/** Text of /proc cut into lines, words and numbers. Pure functions, and nothing they are given makes them fail. */
final class Words {

    /** The text is no number, or not one that fits. All numbers of interest are 0 or more. */
    static final long UNKNOWN = -1;

    private Words() {}

    /** The lines that end in a newline: what comes after the last newline was cut short, and could be read wrongly. */
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            lines.add(text.substring(from, end));
            from = end + 1;
        }
        return lines;
    }

    /** What stands between blanks. */
    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            int from = at;
            while (at < line.length() && !isBlank(line.charAt(at))) {
                at++;
            }
            if (at > from) {
                words.add(line.substring(from, at));
            }
            at++;
        }
        return words;
    }

    /** A decimal number of 0 to 2^63-1, or {@link #UNKNOWN}. */
    static long number(String word) {
        if (word.isEmpty() || word.length() > 19) {
            return UNKNOWN;
        }
        long value = 0;
        for (int i = 0; i < word.length(); i++) {
            int digit = word.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return UNKNOWN;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
