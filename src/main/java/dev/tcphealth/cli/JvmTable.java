package dev.tcphealth.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How list prints JVMs. */
final class JvmTable {
    private static final List<String> HEADER = List.of("PID", "USER", "JDK", "AGENT", "MAIN");

    private JvmTable() {}

    static String text(List<JvmProcess> jvms) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (JvmProcess jvm : jvms) {
            rows.add(List.of(
                    Long.toString(jvm.pid()),
                    jvm.user(),
                    jvm.jdk().toString(),
                    jvm.agentIn() ? "yes" : "no",
                    jvm.command().main()));
        }
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String padding = " ".repeat(widths[column] - row.get(column).length());
                boolean number = column == 0;
                line.append(number ? padding + row.get(column) : row.get(column) + padding)
                        .append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    static String json(List<JvmProcess> jvms) {
        return jvms.stream().map(JvmTable::json).collect(Collectors.joining(",\n ", "[", "]\n"));
    }

    private static String json(JvmProcess jvm) {
        return "{\"pid\": " + jvm.pid() + ", \"user\": " + quoted(jvm.user()) + ", \"jdk\": "
                + quoted(jvm.jdk().toString()) + ", \"agent\": " + jvm.agentIn() + ", \"main\": "
                + quoted(jvm.command().main()) + "}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
