package dev.tcphealth.kernel;

import dev.tcphealth.address.Subnet;
import java.util.ArrayList;
import java.util.List;

/**
 * The subnets that need no gateway, from /proc/net/route (fib_route_seq_show in net/ipv4/fib_trie.c) and
 * /proc/net/ipv6_route (rt6_info_route in net/ipv6/route.c). Pure functions; lines that are not understood are left out.
 */
final class OnLinkRoutes {

    /** Of a router's full table nobody needs all. */
    static final int MOST = 1000;

    private static final int UP = 0x1;
    private static final int GATEWAY = 0x2;
    private static final int REJECT = 0x200;

    private OnLinkRoutes() {}

    static List<Subnet> ipv4(String text) {
        List<Subnet> subnets = new ArrayList<>();
        for (String line : Words.lines(text)) {
            List<String> words = Words.of(line);
            if (subnets.size() < MOST && words.size() >= 8) {
                long address = hex(words.get(1));
                long flags = hex(words.get(3));
                long mask = hex(words.get(7));
                if (address >= 0 && mask > 0 && onLink(flags)) {
                    subnets.add(Subnet.ipv4(Integer.reverseBytes((int) address), Long.bitCount(mask)));
                }
            }
        }
        return subnets;
    }

    static List<Subnet> ipv6(String text) {
        List<Subnet> subnets = new ArrayList<>();
        for (String line : Words.lines(text)) {
            List<String> words = Words.of(line);
            if (subnets.size() < MOST && words.size() >= 9 && words.get(0).length() == 32) {
                long bits = hex(words.get(1));
                if (bits > 0 && bits <= 128 && onLink(hex(words.get(8)))) {
                    try {
                        subnets.add(new Subnet(
                                Long.parseUnsignedLong(words.get(0).substring(0, 16), 16),
                                Long.parseUnsignedLong(words.get(0).substring(16), 16),
                                (int) bits));
                    } catch (NumberFormatException e) {
                        // left out
                    }
                }
            }
        }
        return subnets;
    }

    private static boolean onLink(long flags) {
        return flags >= 0 && (flags & UP) != 0 && (flags & (GATEWAY | REJECT)) == 0;
    }

    private static long hex(String word) {
        try {
            return word.length() > 8 ? Words.UNKNOWN : Long.parseLong(word, 16);
        } catch (NumberFormatException e) {
            return Words.UNKNOWN;
        }
    }
}
