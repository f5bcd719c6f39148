package dev.tcphealth.kernel;

import java.util.BitSet;
import java.util.List;

/**
 * The files of /proc/sys/net and /proc/self/limits. Every file of /proc/sys ends in a newline; one that does not was cut
 * short, and is not understood.
 */
final class Settings {

    private static final int MAX_PORT = 65_535;
    private static final String OPEN_FILES = "Max open files";

    private Settings() {}

    /** ip_local_port_range (ip-sysctl): both ends belong to it. */
    record PortRange(int low, int high) {
        static final PortRange UNKNOWN = new PortRange(-1, -1);

        boolean known() {
            return low >= 0;
        }
    }

    /** A file that holds one number of 0 or more; -1 where it does not. */
    static long number(String text) {
        List<String> words = words(text);
        return words.size() == 1 ? Words.number(words.get(0)) : Words.UNKNOWN;
    }

    static PortRange portRange(String text) {
        List<String> words = words(text);
        if (words.size() != 2) {
            return PortRange.UNKNOWN;
        }
        int low = port(words.get(0));
        int high = port(words.get(1));
        return low < 0 || high < low ? PortRange.UNKNOWN : new PortRange(low, high);
    }

    /**
     * How many ports of the range ip_local_reserved_ports ("8080,9148,10000-10100", or nothing) sets aside; -1 where it or
     * the range is not understood.
     */
    static int reservedPorts(String text, PortRange range) {
        if (!range.known() || !text.endsWith("\n")) {
            return -1;
        }
        String list = text.strip();
        BitSet reserved = new BitSet();
        int at = 0;
        while (at < list.length()) {
            int comma = list.indexOf(',', at);
            int end = comma < 0 ? list.length() : comma;
            String item = list.substring(at, end);
            int dash = item.indexOf('-');
            int low = port(dash < 0 ? item : item.substring(0, dash));
            int high = port(dash < 0 ? item : item.substring(dash + 1));
            if (low < 0 || high < low || end == list.length() - 1) {
                return -1;
            }
            reserved.set(low, high + 1);
            at = end + 1;
        }
        return reserved.get(range.low(), range.high() + 1).cardinality();
    }

    /** The soft limit of open files in /proc/self/limits; Long.MAX_VALUE if unlimited, -1 where it does not say. */
    static long openFiles(String limits) {
        for (String line : Words.lines(limits)) {
            if (line.startsWith(OPEN_FILES)) {
                List<String> words = Words.of(line.substring(OPEN_FILES.length()));
                if (words.isEmpty()) {
                    return Words.UNKNOWN;
                }
                return words.get(0).equals("unlimited") ? Long.MAX_VALUE : Words.number(words.get(0));
            }
        }
        return Words.UNKNOWN;
    }

    private static int port(String word) {
        long port = Words.number(word);
        return port > MAX_PORT ? -1 : (int) port;
    }

    private static List<String> words(String text) {
        List<String> lines = Words.lines(text);
        return lines.size() == 1 && text.endsWith("\n") ? Words.of(lines.get(0)) : List.of();
    }
}
