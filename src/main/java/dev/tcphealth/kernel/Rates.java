package dev.tcphealth.kernel;

/**
 * Rates between two readings, by sysstat's formulas (pr_stats.c: print_net_dev_stats, print_net_tcp_stats,
 * print_net_etcp_stats; sa_common.c: compute_ifutil), but for what is not known: where sar prints 0, or the total since
 * boot for an interface that is new, these are NaN; so is a counter that fell. sar's interval is a multiple of 10 ms;
 * ours is not rounded.
 */
final class Rates {

    private static final double KILOBYTE = 1024;
    private static final double BITS_PER_MEGABIT = 1e6;

    private Rates() {}

    /** @param seconds between the readings; where it is not above 0 nothing is known */
    static TcpRates tcp(TcpCounters before, TcpCounters now, double seconds) {
        return new TcpRates(
                perSecond(before.activeOpens(), now.activeOpens(), seconds),
                perSecond(before.passiveOpens(), now.passiveOpens(), seconds),
                perSecond(before.inSegments(), now.inSegments(), seconds),
                perSecond(before.outSegments(), now.outSegments(), seconds),
                perSecond(before.attemptFails(), now.attemptFails(), seconds),
                perSecond(before.establishedResets(), now.establishedResets(), seconds),
                perSecond(before.retransmittedSegments(), now.retransmittedSegments(), seconds),
                perSecond(before.inErrors(), now.inErrors(), seconds),
                perSecond(before.outResets(), now.outResets(), seconds),
                retransmissionRatio(before, now));
    }

    /**
     * Can be above 1, as OutSegs leaves retransmissions out. snmp and netstat are read one after the other, so the SYNs may
     * seem to outnumber the retransmissions: that is 0.
     */
    static double retransmissionRatio(TcpCounters before, TcpCounters now) {
        double retransmitted = difference(before.retransmittedSegments(), now.retransmittedSegments());
        double syns = difference(before.synRetransmits(), now.synRetransmits());
        double sent = difference(before.outSegments(), now.outSegments());
        return sent == 0 ? Double.NaN : Math.max(0, retransmitted - syns) / sent;
    }

    static InterfaceRates ofInterface(
            String name, InterfaceCounters before, InterfaceCounters now, Link link, double seconds) {
        if (now.fellSince(before)) {
            return unknown(name);
        }
        double rxBytes = perSecond(before.rxBytes(), now.rxBytes(), seconds);
        double txBytes = perSecond(before.txBytes(), now.txBytes(), seconds);
        return new InterfaceRates(
                name,
                perSecond(before.rxPackets(), now.rxPackets(), seconds),
                perSecond(before.txPackets(), now.txPackets(), seconds),
                rxBytes / KILOBYTE,
                txBytes / KILOBYTE,
                perSecond(before.rxCompressed(), now.rxCompressed(), seconds),
                perSecond(before.txCompressed(), now.txCompressed(), seconds),
                perSecond(before.rxMulticast(), now.rxMulticast(), seconds),
                utilisationPercent(link, rxBytes, txBytes));
    }

    static InterfaceRates unknown(String name) {
        return new InterfaceRates(
                name, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /** @param rxBytes, txBytes per second */
    static double utilisationPercent(Link link, double rxBytes, double txBytes) {
        if (link.megabits() <= 0) {
            return Double.NaN;
        }
        double bytes = link.fullDuplex() ? Math.max(rxBytes, txBytes) : rxBytes + txBytes;
        return bytes * 8 * 100 / (link.megabits() * BITS_PER_MEGABIT);
    }

    private static double perSecond(long before, long now, double seconds) {
        return seconds > 0 ? difference(before, now) / seconds : Double.NaN;
    }

    /** NaN where one is not known, or the counter fell. */
    private static double difference(long before, long now) {
        return before < 0 || now < before ? Double.NaN : now - before;
    }
}
