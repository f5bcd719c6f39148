package dev.tcphealth.cli;

import java.util.Locale;

/**
 * What a retransmission ratio means. A network namespace talks to near and far peers at once, so both limits are named,
 * and the reader knows which of them it is to be.
 */
final class RetransmissionVerdict {
    private static final double LOCAL_PERCENT = 0.01;
    private static final double DISTANT_PERCENT = 0.5;
    /** Below, a single loss is more than either limit allows. */
    private static final long LEAST_SEGMENTS = 1000;
    /** Below, a single loss is more than the local limit allows. */
    private static final long LEAST_SEGMENTS_LOCAL = 10_000;

    private RetransmissionVerdict() {}

    /**
     * The verdict in words.
     *
     * @param percent segments retransmitted, SYNs left out, in percent of those sent; NaN where that is not known
     * @param segments how many were sent; NaN where that is not known
     */
    static String of(double percent, double segments) {
        if (Double.isNaN(segments) || (Double.isNaN(percent) && segments > 0)) {
            return "not known";
        }
        String sent = String.format(Locale.ROOT, "%,.0f segments", segments);
        if (segments < LEAST_SEGMENTS) {
            return String.format(Locale.ROOT, "not enough data (%s sent, %,d needed)", sent, LEAST_SEGMENTS);
        }
        return String.format(Locale.ROOT, "%.4f %% of %s: ", percent, sent) + judge(percent, segments);
    }

    private static String judge(double percent, double segments) {
        String distant = "over distance (limit " + DISTANT_PERCENT + " %)";
        String local = "on a local network (limit " + LOCAL_PERCENT + " %)";
        if (percent > DISTANT_PERCENT) {
            return "too high, even " + distant;
        }
        if (segments < LEAST_SEGMENTS_LOCAL) {
            return String.format(
                    Locale.ROOT,
                    "fine %s; not enough data to judge it %s (%,d needed)",
                    distant,
                    local,
                    LEAST_SEGMENTS_LOCAL);
        }
        return percent > LOCAL_PERCENT ? "too high " + local + ", fine " + distant : "fine, also " + local;
    }
}
