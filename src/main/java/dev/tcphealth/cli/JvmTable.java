package dev.tcphealth.cli;

import dev.tcphealth.text.Harmless;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** How list prints JVMs, and the processes that it could not read: these in their place, with a - for each column. */
final class JvmTable {
    private static final List<String> HEADER = List.of("PID", "USER", "JDK", "AGENT", "MAIN");

    private JvmTable() {}

    static String text(Listing listing) {
        SortedMap<Long, List<String>> byPid = new TreeMap<>();
        listing.jvms()
                .forEach(jvm -> byPid.put(
                        jvm.pid(),
                        List.of(
                                Long.toString(jvm.pid()),
                                jvm.user(),
                                jvm.jdk().toString(),
                                jvm.agentIn() ? "yes" : "no",
                                jvm.command().main())));
        listing.unread()
                .forEach((pid, reason) ->
                        byPid.put(pid, List.of(Long.toString(pid), "-", "-", "-", "(not read: " + reason + ")")));
        List<List<String>> rows = new ArrayList<>(List.of(HEADER));
        rows.addAll(byPid.values());
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            text.append(" ".repeat(widths[0] - row.get(0).length())).append(row.get(0));
            for (int column = 1; column < widths.length; column++) {
                String padding = " ".repeat(widths[column] - row.get(column).length());
                text.append("  ").append(row.get(column));
                if (column < widths.length - 1) {
                    text.append(padding);
                }
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** What is not known of a process that could not be read is null, and {@code error} says why. */
    static String json(Listing listing) {
        SortedMap<Long, String> byPid = new TreeMap<>(Comparator.naturalOrder());
        listing.jvms().forEach(jvm -> byPid.put(jvm.pid(), json(jvm)));
        listing.unread()
                .forEach((pid, reason) -> byPid.put(
                        pid,
                        "{\"pid\": " + pid + ", \"user\": null, \"jdk\": null, \"agent\": null, \"main\": null,"
                                + " \"error\": " + quoted(reason) + "}"));
        return "[" + String.join(",\n ", byPid.values()) + "]\n";
    }

    private static String json(JvmProcess jvm) {
        return "{\"pid\": " + jvm.pid() + ", \"user\": " + quoted(jvm.user()) + ", \"jdk\": "
                + (jvm.jdk().known() ? quoted(jvm.jdk().text()) : "null") + ", \"agent\": " + jvm.agentIn()
                + ", \"main\": "
                + quoted(jvm.command().main()) + "}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                json.append('\\').append((char) c);
            } else if (Harmless.isHarmless(c)) {
                json.appendCodePoint(c);
            } else {
                Harmless.escape(c, json);
            }
        });
        return json.append('"').toString();
    }
}
