package dev.tcphealth.correlate;

/**
 * How much of this process's sockets the agent knows.
 *
 * @param descriptors TCP sockets among the process's descriptors, or -1 where they or the kernel's sockets cannot be listed
 * @param known of them, those the agent saw being opened
 */
public record Coverage(int descriptors, int known) {

    public static final Coverage UNKNOWN = new Coverage(-1, 0);

    /** 0 to 100; 100 where there is nothing to know; NaN where the descriptors cannot be listed. */
    public double percent() {
        return descriptors < 0 ? Double.NaN : descriptors == 0 ? 100 : 100.0 * known / descriptors;
    }
}
