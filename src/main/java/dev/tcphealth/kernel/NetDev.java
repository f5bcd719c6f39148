package dev.tcphealth.kernel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * /proc/net/dev (proc_pid_net(5)), its columns found by the names in its head line.
 *
 * @param interfaces by name, in the order of the names
 * @param leftOut rows that were not understood; -1 where the head line was not
 */
record NetDev(Map<String, InterfaceCounters> interfaces, int leftOut) {

    private static final NetDev NOT_UNDERSTOOD = new NetDev(Map.of(), -1);

    static NetDev parse(String text) {
        List<String> lines = Words.lines(text);
        int head = 0;
        while (head < lines.size() && !lines.get(head).strip().startsWith("face")) {
            head++;
        }
        if (head == lines.size()) {
            return NOT_UNDERSTOOD;
        }
        String names = lines.get(head);
        int receive = names.indexOf('|');
        int transmit = names.lastIndexOf('|');
        if (receive == transmit) {
            return NOT_UNDERSTOOD;
        }
        Columns columns =
                new Columns(Words.of(names.substring(receive + 1, transmit)), Words.of(names.substring(transmit + 1)));
        if (!columns.known()) {
            return NOT_UNDERSTOOD;
        }
        Map<String, InterfaceCounters> interfaces = new TreeMap<>();
        int leftOut = 0;
        for (String line : lines.subList(head + 1, lines.size())) {
            // Up to Linux 2.6.26 nothing but the colon need stand between name and bytes.
            int colon = line.lastIndexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip();
            List<String> values = Words.of(line.substring(colon + 1));
            if (isName(name) && values.size() == columns.size()) {
                interfaces.put(name, columns.counters(values));
            } else {
                leftOut++;
            }
        }
        boolean cutShort = !text.endsWith("\n");
        return new NetDev(interfaces, cutShort ? leftOut + 1 : leftOut);
    }

    /** As dev_valid_name in net/core/dev.c; a name is also a path below /sys. */
    private static boolean isName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf(' ') < 0
                && name.indexOf('\0') < 0;
    }

    private record Columns(List<String> receive, List<String> transmit) {

        boolean known() {
            return receive.contains("bytes")
                    && receive.contains("packets")
                    && transmit.contains("bytes")
                    && transmit.contains("packets");
        }

        int size() {
            return receive.size() + transmit.size();
        }

        InterfaceCounters counters(List<String> values) {
            List<String> received = values.subList(0, receive.size());
            List<String> sent = values.subList(receive.size(), values.size());
            return new InterfaceCounters(
                    value(receive, received, "bytes"),
                    value(receive, received, "packets"),
                    value(receive, received, "compressed"),
                    value(receive, received, "multicast"),
                    value(transmit, sent, "bytes"),
                    value(transmit, sent, "packets"),
                    value(transmit, sent, "compressed"));
        }

        private static long value(List<String> names, List<String> values, String name) {
            int at = names.indexOf(name);
            return at < 0 ? Words.UNKNOWN : Words.number(values.get(at));
        }
    }
}
