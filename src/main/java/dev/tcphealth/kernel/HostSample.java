package dev.tcphealth.kernel;

import dev.tcphealth.address.Subnet;
import java.util.List;

/**
 * The host's side of one instant, in the network namespace of this process: rates since the sample before, and what is
 * so now.
 *
 * @param tcp rates since the last sample
 * @param interfaces every network interface there is now, sorted by name; one that is new, or was registered anew, has
 *     rates of NaN
 * @param sockstat counts of now
 * @param limits the kernel's settings
 * @param counters the kernel's own totals since boot
 * @param onLink the subnets this host reaches without a gateway; empty where they cannot be read
 * @param missing for each source that could not be read or understood: which, and why, in one line
 */
public record HostSample(
        TcpRates tcp,
        List<InterfaceRates> interfaces,
        Sockstat sockstat,
        Limits limits,
        TcpCounters counters,
        List<Subnet> onLink,
        List<String> missing) {

    /** How a line of {@link #missing} ends where the limit of descriptors could not be read. */
    public static final String DESCRIPTOR_LIMIT_NOT_KNOWN = "the limit of open descriptors is not known";

    public static final HostSample UNKNOWN = new HostSample(
            TcpRates.UNKNOWN, List.of(), Sockstat.UNKNOWN, Limits.UNKNOWN, TcpCounters.UNKNOWN, List.of(), List.of());

    public HostSample {
        interfaces = List.copyOf(interfaces);
        onLink = List.copyOf(onLink);
        missing = List.copyOf(missing);
    }
}
