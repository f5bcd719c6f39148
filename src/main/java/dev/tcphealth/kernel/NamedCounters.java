package dev.tcphealth.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * One group of /proc/net/snmp, netstat, sockstat or sockstat6: counters found by name, never by position, as every kernel
 * adds and some reorder (net/ipv4/proc.c).
 */
final class NamedCounters {

    private final List<String> names;
    private final List<String> values;

    private NamedCounters(List<String> names, List<String> values) {
        this.names = names;
        this.values = values;
    }

    /**
     * A group of snmp or netstat: a line of names and the next line of values, both beginning with the group's name. A
     * pair of different lengths has no counters, since nothing says which value is missing.
     *
     * @param group such as {@code Tcp:} or {@code TcpExt:}
     */
    static NamedCounters ofLinePair(String text, String group) {
        List<String> lines = Words.lines(text);
        for (int i = 0; i + 1 < lines.size(); i++) {
            List<String> names = Words.of(lines.get(i));
            if (names.isEmpty() || !names.get(0).equals(group)) {
                continue;
            }
            List<String> values = Words.of(lines.get(i + 1));
            boolean pair = names.size() == values.size() && values.get(0).equals(group);
            return pair ? new NamedCounters(names, values) : none();
        }
        return none();
    }

    /**
     * A line of sockstat or sockstat6: the group's name, then name and value in turn.
     *
     * @param group such as {@code TCP:} or {@code TCP6:}
     */
    static NamedCounters ofLine(String text, String group) {
        for (String line : Words.lines(text)) {
            List<String> words = Words.of(line);
            if (words.isEmpty() || !words.get(0).equals(group)) {
                continue;
            }
            List<String> names = new ArrayList<>();
            List<String> values = new ArrayList<>();
            for (int i = 1; i + 1 < words.size(); i += 2) {
                names.add(words.get(i));
                values.add(words.get(i + 1));
            }
            return new NamedCounters(names, values);
        }
        return none();
    }

    /** The counter, or -1 where the kernel did not say or it is no number. */
    long get(String name) {
        int at = names.indexOf(name);
        return at < 0 ? Words.UNKNOWN : Words.number(values.get(at));
    }

    /** Those of the names that {@link #get} does not know. */
    List<String> absent(List<String> wanted) {
        return wanted.stream().filter(name -> get(name) == Words.UNKNOWN).toList();
    }

    /** Knows no counter. */
    static NamedCounters none() {
        return new NamedCounters(List.of(), List.of());
    }
}
