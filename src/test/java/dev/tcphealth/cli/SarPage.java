package dev.tcphealth.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code sar -n DEV,TCP,ETCP} and {@code host} print: by column ("iseg/s" or "eth0:rxkB/s") the values in the order
 * of the lines; -1 for {@code -}.
 *
 * @param heads the lines that name columns, without the time
 * @param intervals of each interval
 * @param averages of the lines with Average
 */
record SarPage(Set<String> heads, Map<String, List<Double>> intervals, Map<String, List<Double>> averages) {
    private static final int TIME_WIDTH = 11;

    static SarPage parse(String page) {
        SarPage result = new SarPage(new LinkedHashSet<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        List<String> head = List.of();
        for (String line : page.lines().toList()) {
            if (line.isBlank() || line.startsWith("Linux") || line.contains("retransmissions ")) {
                continue;
            }
            List<String> words = List.of(line.substring(TIME_WIDTH).strip().split(" +", -1));
            if (words.get(words.size() - 1).matches("%ifutil|oseg/s|orsts/s")) {
                head = words;
                result.heads.add(line.substring(TIME_WIDTH));
                continue;
            }
            boolean ofInterface = head.get(0).equals("IFACE");
            for (int i = ofInterface ? 1 : 0; i < head.size(); i++) {
                String column = ofInterface ? words.get(0) + ":" + head.get(i) : head.get(i);
                (line.startsWith("Average:") ? result.averages : result.intervals)
                        .computeIfAbsent(column, name -> new ArrayList<>())
                        .add(words.get(i).equals("-") ? -1 : Double.parseDouble(words.get(i)));
            }
        }
        return result;
    }
}
