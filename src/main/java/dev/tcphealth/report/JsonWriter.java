package dev.tcphealth.report;

import dev.tcphealth.text.Harmless;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes JSON (RFC 8259), one value after the other, on one line. What is unknown, a NaN or a negative count, becomes
 * null.
 */
final class JsonWriter {

    private final StringBuilder out = new StringBuilder(8192);
    private boolean first = true;

    /** The one value of the document. */
    static String document(Consumer<JsonWriter> content) {
        JsonWriter writer = new JsonWriter();
        writer.nest('{', '}', content);
        return writer.out.toString();
    }

    JsonWriter object(String name, Consumer<JsonWriter> content) {
        name(name);
        return nest('{', '}', content);
    }

    JsonWriter strings(String name, Iterable<String> values) {
        name(name);
        return nest(
                '[',
                ']',
                array -> values.forEach(value -> {
                    array.separate();
                    array.quote(value);
                }));
    }

    <T> JsonWriter objects(String name, Iterable<T> values, BiConsumer<JsonWriter, T> content) {
        name(name);
        return nest(
                '[',
                ']',
                array -> values.forEach(value -> {
                    array.separate();
                    array.nest('{', '}', object -> content.accept(object, value));
                }));
    }

    JsonWriter text(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    JsonWriter bool(String name, boolean value) {
        name(name);
        out.append(value);
        return this;
    }

    /** A count, of which a negative one says that it is unknown. */
    JsonWriter count(String name, long value) {
        return value < 0 ? unknown(name) : number(name, value);
    }

    JsonWriter number(String name, long value) {
        name(name);
        out.append(value);
        return this;
    }

    JsonWriter number(String name, double value) {
        if (!Double.isFinite(value)) {
            return unknown(name);
        }
        name(name);
        out.append(value);
        return this;
    }

    JsonWriter unknown(String name) {
        name(name);
        out.append("null");
        return this;
    }

    private JsonWriter nest(char open, char close, Consumer<JsonWriter> content) {
        out.append(open);
        first = true;
        content.accept(this);
        out.append(close);
        first = false;
        return this;
    }

    private void name(String name) {
        separate();
        quote(name);
        out.append(':');
    }

    private void separate() {
        if (!first) {
            out.append(',');
        }
        first = false;
    }

    /** A lone surrogate has no UTF-8 and strict parsers refuse its escape: it becomes U+FFFD. */
    private void quote(String value) {
        out.append('"');
        value.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                out.append('\ufffd');
            } else if (Harmless.isHarmless(c)) {
                out.appendCodePoint(c);
            } else {
                Harmless.escape(c, out);
            }
        });
        out.append('"');
    }
}
