package dev.tcphealth.cli;

import dev.tcphealth.config.HealthLimits;
import dev.tcphealth.health.Retransmission;
import dev.tcphealth.text.Plain;
import java.util.Locale;

/**
 * Retransmissions of a whole host in words. It talks to near and far peers at once, so both limits are named, and the
 * reader knows which of them it is to be.
 */
final class RetransmissionVerdict {
    private static final HealthLimits LIMITS = HealthLimits.defaults();

    private RetransmissionVerdict() {}

    /**
     * The verdict in words.
     *
     * @param sent segments sent; below 0: not known
     * @param retransmitted segments sent again, SYNs left out; below 0: not known
     */
    static String of(long sent, long retransmitted) {
        if (sent < 0 || retransmitted < 0) {
            return "not known";
        }
        if (sent < LIMITS.retransmissionSegments()) {
            return "not enough data (" + Plain.counted(sent, "segment") + " sent, "
                    + Plain.count(LIMITS.retransmissionSegments()) + " needed)";
        }
        return String.format(Locale.ROOT, "%.4f %% of %,d segments: ", 100.0 * retransmitted / sent, sent)
                + verdict(
                        judge(sent, retransmitted, LIMITS.retransmissionLocal()),
                        judge(sent, retransmitted, LIMITS.retransmissionDistant()));
    }

    private static Retransmission judge(long sent, long retransmitted, double limit) {
        return Retransmission.judge(sent, retransmitted, limit, LIMITS.retransmissionSegments());
    }

    private static String verdict(Retransmission local, Retransmission distant) {
        String here = "on a local network (limit " + LIMITS.retransmissionLocal() + " %)";
        String far = "over distance (limit " + LIMITS.retransmissionDistant() + " %)";
        return switch (distant) {
            case TOO_HIGH -> "too high, even " + far;
            case NOT_ENOUGH_DATA -> "more than either limit allows, but too few to judge by";
            case FINE ->
                switch (local) {
                    case FINE -> "fine, also " + here;
                    case TOO_HIGH -> "too high " + here + ", fine " + far;
                    case NOT_ENOUGH_DATA -> "fine " + far + ", too few to judge by " + here;
                };
        };
    }
}
