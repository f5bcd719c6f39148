package dev.tcphealth.kernel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code sar -n DEV,TCP,ETCP} prints of a single interval: "iseg/s" or "eth0:rxkB/s" to its value. */
final class SarReport {

    private SarReport() {}

    static Map<String, Double> parse(String report) {
        Map<String, Double> columns = new TreeMap<>();
        List<String> head = List.of();
        for (String line : report.lines().toList()) {
            List<String> words = Words.of(line);
            int first =
                    Math.max(words.indexOf("IFACE"), Math.max(words.indexOf("active/s"), words.indexOf("atmptf/s")));
            if (words.isEmpty()
                    || words.get(0).equals("Average:")
                    || words.get(0).equals("Linux")) {
                continue;
            }
            if (first >= 0) {
                head = words.subList(first, words.size());
                continue;
            }
            List<String> row = words.subList(words.size() - head.size(), words.size());
            boolean ofInterface = head.get(0).equals("IFACE");
            for (int i = ofInterface ? 1 : 0; i < head.size(); i++) {
                String column = ofInterface ? row.get(0) + ":" + head.get(i) : head.get(i);
                if (columns.put(column, Double.valueOf(row.get(i))) != null) {
                    throw new IllegalArgumentException("more than one interval:\n" + report);
                }
            }
        }
        return columns;
    }

    static double get(Map<String, Double> columns, String name) {
        Double value = columns.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " in " + columns);
        }
        return value;
    }
}
