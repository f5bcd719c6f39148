package dev.tcphealth.correlate;

/**
 * How much of this process's TCP sockets is known from both sides. {@code known + stateless + unseen} is
 * {@code descriptors}.
 *
 * @param descriptors TCP sockets among the process's descriptors, or -1 where they or the kernel's sockets cannot be listed
 * @param known of them, those the agent saw being opened and whose state the kernel lists
 * @param stateless of them, those the agent saw being opened that are in no state the kernel lists: not connected yet, or
 *     done with and not closed (state CLOSE)
 */
public record Coverage(int descriptors, int known, int stateless) {

    public static final Coverage UNKNOWN = new Coverage(-1, 0, 0);

    /** Those that the agent did not see being opened. */
    public int unseen() {
        return Math.max(0, descriptors - known - stateless);
    }

    /** 0 to 100; 100 where there is nothing to know; NaN where the descriptors cannot be listed. */
    public double percent() {
        return descriptors < 0 ? Double.NaN : descriptors == 0 ? 100 : 100.0 * known / descriptors;
    }
}
