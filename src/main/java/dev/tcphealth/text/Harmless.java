package dev.tcphealth.text;

import java.util.Locale;

/**
 * What may be shown of text from elsewhere. Control characters move a terminal's cursor or change its settings, format
 * characters turn the writing direction or are invisible, line separators end a line in some places and not in others:
 * each of these is written as a visible escape.
 */
public final class Harmless {

    private Harmless() {}

    /** Whether a code point can be shown as it is. A line feed cannot: who lays out lines lets that one pass. */
    public static boolean isHarmless(int codePoint) {
        if (codePoint < 0x7f) {
            return codePoint >= ' ';
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** Appends the escape of a code point, as Java and JSON write it: {@code \}{@code u001b}, above U+FFFF two of them. */
    public static void escape(int codePoint, StringBuilder to) {
        for (char unit : Character.toChars(codePoint)) {
            to.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
        }
    }
}
