package dev.tcphealth.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A strict reader of RFC 8259, for tests: whatever the grammar does not allow is an error. */
final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        Json json = new Json(text);
        Object value = json.value();
        if (json.at != text.length()) {
            throw json.error("the end");
        }
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    private @Nullable Object value() {
        switch (text.charAt(at)) {
            case '{' -> {
                return members();
            }
            case '[' -> {
                return elements();
            }
            case '"' -> {
                return string();
            }
            default -> {
                for (String literal : List.of("true", "false", "null")) {
                    if (text.startsWith(literal, at)) {
                        at += literal.length();
                        return literal.equals("null") ? null : Boolean.valueOf(literal);
                    }
                }
                return number();
            }
        }
    }

    private Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        at++;
        while (!next('}')) {
            if (!members.isEmpty()) {
                expect(',');
            }
            String name = string();
            expect(':');
            if (members.containsKey(name)) {
                throw error("a new name instead of " + name);
            }
            members.put(name, value());
        }
        return members;
    }

    private List<@Nullable Object> elements() {
        List<@Nullable Object> elements = new ArrayList<>();
        at++;
        while (!next(']')) {
            if (!elements.isEmpty()) {
                expect(',');
            }
            elements.add(value());
        }
        return elements;
    }

    private String string() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (!next('"')) {
            char c = text.charAt(at++);
            if (c < 0x20) {
                throw error("an escape");
            }
            if (c != '\\') {
                value.append(c);
                continue;
            }
            char escaped = text.charAt(at++);
            if (escaped == 'u') {
                value.append((char) Integer.parseInt(text, at, at + 4, 16));
                at += 4;
            } else if (escaped == '"' || escaped == '\\') {
                value.append(escaped);
            } else {
                throw error("an escape this project writes");
            }
        }
        return value.toString();
    }

    private BigDecimal number() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
            throw error("a number instead of " + number);
        }
        return new BigDecimal(number);
    }

    private boolean next(char c) {
        boolean is = text.charAt(at) == c;
        at += is ? 1 : 0;
        return is;
    }

    private void expect(char c) {
        if (!next(c)) {
            throw error(String.valueOf(c));
        }
    }

    private IllegalArgumentException error(String wanted) {
        return new IllegalArgumentException("at " + at + " wanted " + wanted + ": "
                + text.substring(Math.max(0, at - 40), Math.min(text.length(), at + 40)));
    }
}
