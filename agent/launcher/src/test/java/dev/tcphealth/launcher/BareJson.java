package dev.tcphealth.launcher;

import java.util.regex.Pattern;

/** Whether a text is JSON (RFC 8259), without a reader's values. */
final class BareJson {

    private static final Pattern SCALAR =
            Pattern.compile("\"([^\"\\\\\\x00-\\x1f]|\\\\([\"\\\\/bfnrt]|u[0-9a-fA-F]{4}))*+\""
                    + "|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?|true|false|null");
    private static final Pattern EMPTY = Pattern.compile("\\{\\s*}|\\[\\s*]");
    private static final Pattern OBJECT = Pattern.compile("\\{\\s*S\\s*:\\s*[SV]\\s*(,\\s*S\\s*:\\s*[SV]\\s*)*+}");
    private static final Pattern ARRAY = Pattern.compile("\\[\\s*[SV]\\s*(,\\s*[SV]\\s*)*+]");

    private BareJson() {}

    /** Gives what is left of a text that is not JSON, or nothing */
    static String mistake(String text) {
        String left = SCALAR.matcher(text).replaceAll(scalar -> scalar.group().startsWith("\"") ? "S" : "V");
        String before = "";
        while (!left.equals(before)) {
            before = left;
            left = EMPTY.matcher(left).replaceAll("V");
            left = OBJECT.matcher(left).replaceAll("V");
            left = ARRAY.matcher(left).replaceAll("V");
        }
        return left.strip().matches("[SV]") ? "" : left + " is not JSON";
    }
}
