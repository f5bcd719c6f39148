package dev.tcphealth.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) from another process: whatever it is, reading it ends, and takes no more memory than a few times
 * its length. Values are Map, List, String, Double, Boolean and null.
 */
final class BoundedJson {
    private static final int MOST_CHARS = 16 * 1024 * 1024;
    private static final int MOST_VALUES = 500_000;
    private static final int DEEPEST = 32;

    private final String text;
    private int at;
    private int values;

    private BoundedJson(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where the text is not one JSON value, or more than an agent's report can be */
    static @Nullable Object parse(String text) {
        if (text.length() > MOST_CHARS) {
            throw new IllegalArgumentException("more than " + MOST_CHARS + " characters");
        }
        BoundedJson json = new BoundedJson(text);
        Object value = json.value(0);
        json.blanks();
        if (json.at < text.length()) {
            throw json.mistake();
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        if (depth > DEEPEST || ++values > MOST_VALUES) {
            throw new IllegalArgumentException(depth > DEEPEST ? "nested too deeply" : "too many values");
        }
        blanks();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", Boolean.TRUE);
            case 'f' -> word("false", Boolean.FALSE);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        at++;
        blanks();
        if (skip('}')) {
            return members;
        }
        do {
            blanks();
            String name = string();
            blanks();
            expect(':');
            members.put(name, value(depth + 1));
            blanks();
        } while (skip(','));
        expect('}');
        return members;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> elements = new ArrayList<>();
        at++;
        blanks();
        if (skip(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
            blanks();
        } while (skip(','));
        expect(']');
        return elements;
    }

    private String string() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (!skip('"')) {
            char c = peek();
            at++;
            value.append(c == '\\' ? escaped() : c);
        }
        return value.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw mistake();
        };
    }

    private char hexadecimal() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw mistake();
            }
            value = value * 16 + digit;
            at++;
        }
        return (char) value;
    }

    private Double number() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == from || at - from > 40) {
            throw mistake();
        }
        return Double.valueOf(text.substring(from, at));
    }

    private @Nullable Boolean word(String word, @Nullable Boolean meaning) {
        if (!text.startsWith(word, at)) {
            throw mistake();
        }
        at += word.length();
        return meaning;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw mistake();
        }
        return text.charAt(at);
    }

    private boolean skip(char c) {
        boolean is = peekIs(c);
        at += is ? 1 : 0;
        return is;
    }

    private boolean peekIs(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private void expect(char c) {
        if (!skip(c)) {
            throw mistake();
        }
    }

    private IllegalArgumentException mistake() {
        return new IllegalArgumentException("no JSON at character " + at);
    }
}
