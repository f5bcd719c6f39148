package dev.tcphealth.kernel;

/**
 * The ceilings of /proc/sys/net and of this process. A field is -1 where the kernel did not say.
 *
 * @param portRangeLow first ephemeral port (ip_local_port_range)
 * @param portRangeHigh last ephemeral port
 * @param reservedPorts ports of that range set aside by ip_local_reserved_ports
 * @param twReuse tcp_tw_reuse: 0 never, 1 always, 2 on loopback only
 * @param twReuseDelayMillis tcp_tw_reuse_delay (Linux 6.13), 1000 before it could be set
 * @param maxTimeWait tcp_max_tw_buckets
 * @param somaxconn the highest backlog a listener gets
 * @param maxOrphans tcp_max_orphans; -1 in a container, which is not shown it
 * @param openDescriptorsLimit the soft limit of open descriptors of this process; Long.MAX_VALUE if unlimited
 */
public record Limits(
        int portRangeLow,
        int portRangeHigh,
        int reservedPorts,
        int twReuse,
        int twReuseDelayMillis,
        long maxTimeWait,
        long somaxconn,
        long maxOrphans,
        long openDescriptorsLimit) {

    public static final Limits UNKNOWN = new Limits(-1, -1, -1, -1, -1, -1, -1, -1, -1);

    /** Ephemeral ports one (local address, destination) pair has: the range less the reserved ones, or -1. */
    public int ephemeralPorts() {
        return portRangeLow < 0 || portRangeHigh < portRangeLow
                ? -1
                : portRangeHigh - portRangeLow + 1 - Math.max(reservedPorts, 0);
    }
}
