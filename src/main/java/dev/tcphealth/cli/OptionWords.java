package dev.tcphealth.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of JDK_JAVA_OPTIONS and its like, as the java launcher takes them: between white space, quoted by ' or ", #
 * begins a comment, a backslash escapes inside quotes and joins lines (the JDK's man page of java).
 */
final class OptionWords {
    private final String text;
    private final List<String> words = new ArrayList<>();
    private int at;

    private OptionWords(String text) {
        this.text = text;
    }

    static List<String> words(String text) {
        OptionWords all = new OptionWords(text);
        while (all.skipToWord()) {
            all.words.add(all.word());
        }
        return all.words;
    }

    private boolean skipToWord() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (!Character.isWhitespace(c)) {
                return true;
            } else {
                at++;
            }
        }
        return false;
    }

    private String word() {
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && quote != 0 && at + 1 < text.length()) {
                at++;
                escaped(text.charAt(at), word);
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (Character.isWhitespace(c)) {
                break;
            } else {
                word.append(c);
            }
        }
        return word.toString();
    }

    private void escaped(char c, StringBuilder word) {
        switch (c) {
            case 'n' -> word.append('\n');
            case 'r' -> word.append('\r');
            case 't' -> word.append('\t');
            case 'f' -> word.append('\f');
            case '\n' -> skipIndentation();
            default -> word.append(c);
        }
    }

    /** A line that ends in a backslash inside quotes goes on at the next line's first word. */
    private void skipIndentation() {
        while (at + 1 < text.length() && (text.charAt(at + 1) == ' ' || text.charAt(at + 1) == '\t')) {
            at++;
        }
    }
}
