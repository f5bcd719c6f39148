package dev.tcphealth.health;

/** Whether too many segments are retransmitted, or whether there is too little to tell. */
public enum Retransmission {
    FINE,
    TOO_HIGH,
    NOT_ENOUGH_DATA;

    /** One loss in a thousand segments is no proof of one in a thousand: by chance alone it must be rarer than this. */
    private static final double BY_CHANCE = 0.01;

    /**
     * Judges counts of the same time.
     *
     * @param sent segments sent
     * @param retransmitted segments sent again, SYNs left out
     * @param limitPercent the most that may be sent again, in percent of those sent
     * @param atLeast segments sent below which nothing is judged
     */
    public static Retransmission judge(long sent, long retransmitted, double limitPercent, long atLeast) {
        if (sent < atLeast) {
            return NOT_ENOUGH_DATA;
        }
        double expected = sent * limitPercent / 100;
        if (retransmitted <= expected) {
            return FINE;
        }
        return chanceOf(retransmitted, expected) < BY_CHANCE ? TOO_HIGH : NOT_ENOUGH_DATA;
    }

    /** The chance that a Poisson variable of this mean is at least {@code count}, which is above the mean. */
    static double chanceOf(long count, double mean) {
        // From the first term on the terms fall by at least mean / (count + 1), so few matter.
        double logTerm = count * Math.log(mean) - mean - logFactorial((double) count);
        double term = Math.exp(logTerm);
        double sum = 0;
        for (long k = count; term > 0 && (k == count || term > sum * 1e-9); k++) {
            sum += term;
            term *= mean / (k + 1);
        }
        return Math.min(sum, 1);
    }

    /** By Stirling's series, exact to 1e-5 from 1 on. */
    private static double logFactorial(double n) {
        return n < 2
                ? 0
                : n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1.0 / (12.0 * n) - 1.0 / (360.0 * n * n * n);
    }
}
