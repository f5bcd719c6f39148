package dev.tcphealth.correlate;

/**
 * The ephemeral ports towards one destination, from the local address that uses most of them; other processes of the
 * network namespace use the same ports.
 *
 * @param used in use by sockets in any state, TIME_WAIT included
 * @param timeWait of them, those in TIME_WAIT
 * @param total ports there are: ip_local_port_range less the reserved ones; -1 where it is not known
 * @param reusable of those in TIME_WAIT, those that tcp_tw_reuse lets a new connection have, as they have been in it for
 *     longer than tcp_tw_reuse_delay
 */
public record Ports(int used, int timeWait, int total, int reusable) {

    public static final Ports NONE = new Ports(0, 0, -1, 0);

    /** Ports a new connection can have now, or -1 if unknown. */
    public int left() {
        return total < 0 ? -1 : Math.max(0, total - used) + reusable;
    }
}
