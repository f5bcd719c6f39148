package dev.tcphealth.kernel;

/**
 * The host's TCP activity over an interval: the columns of {@code sar -n TCP,ETCP} (sar(1)), all per second. NaN where
 * the kernel did not say, or where a counter fell during the interval.
 *
 * @param active connections opened actively (active/s)
 * @param passive connections opened passively (passive/s)
 * @param inSegments segments received (iseg/s)
 * @param outSegments segments sent, retransmitted ones left out (oseg/s)
 * @param attemptFails failed connection attempts (atmptf/s)
 * @param establishedResets resets of established connections (estres/s)
 * @param retransmittedSegments segments retransmitted (retrans/s)
 * @param inErrors segments received in error (isegerr/s)
 * @param outResets segments sent with RST (orsts/s)
 * @param retransmissionRatio segments retransmitted, SYNs left out, per segment sent in the interval, or NaN where
 *     nothing was sent; it can be above 1, as OutSegs leaves retransmitted segments out
 */
public record TcpRates(
        double active,
        double passive,
        double inSegments,
        double outSegments,
        double attemptFails,
        double establishedResets,
        double retransmittedSegments,
        double inErrors,
        double outResets,
        double retransmissionRatio) {

    /** Before two readings were taken, or where the kernel's counters cannot be read. */
    public static final TcpRates UNKNOWN = new TcpRates(
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN);
}
