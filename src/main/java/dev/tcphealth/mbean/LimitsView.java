package dev.tcphealth.mbean;

import dev.tcphealth.kernel.Limits;
import java.util.function.ToLongFunction;
import org.weakref.jmx.Managed;

/** The ceilings of the kernel and of this process, as a part of the Host MBean. */
public final class LimitsView {

    private final LastSnapshot last;

    LimitsView(LastSnapshot last) {
        this.last = last;
    }

    @Managed(description = "First ephemeral port (port number; ip_local_port_range)" + Unknown.COUNT)
    public long getLimitPortRangeLow() {
        return of(Limits::portRangeLow);
    }

    @Managed(description = "Last ephemeral port (port number; ip_local_port_range)" + Unknown.COUNT)
    public long getLimitPortRangeHigh() {
        return of(Limits::portRangeHigh);
    }

    @Managed(description = "Ephemeral ports set aside (count; ip_local_reserved_ports)" + Unknown.COUNT)
    public long getLimitReservedPorts() {
        return of(Limits::reservedPorts);
    }

    @Managed(
            description =
                    "Ephemeral ports one local address has towards one destination (count; the range less the reserved ones)"
                            + Unknown.COUNT)
    public long getLimitEphemeralPorts() {
        return of(Limits::ephemeralPorts);
    }

    @Managed(
            description =
                    "Whether connecting may take over a port in TIME_WAIT (tcp_tw_reuse; 0: never, 1: always, 2: on loopback only)"
                            + Unknown.COUNT)
    public long getLimitTwReuse() {
        return of(Limits::twReuse);
    }

    @Managed(
            description = "How long a port must have been in TIME_WAIT for that (milliseconds; tcp_tw_reuse_delay)"
                    + Unknown.COUNT)
    public long getLimitTwReuseDelayMillis() {
        return of(Limits::twReuseDelayMillis);
    }

    @Managed(description = "Sockets in TIME_WAIT the kernel keeps at most (count; tcp_max_tw_buckets)" + Unknown.COUNT)
    public long getLimitMaxTimeWait() {
        return of(Limits::maxTimeWait);
    }

    @Managed(description = "The longest accept queue a listener gets (connections; somaxconn)" + Unknown.COUNT)
    public long getLimitSomaxconn() {
        return of(Limits::somaxconn);
    }

    @Managed(description = "Orphaned TCP sockets the kernel keeps at most (count; tcp_max_orphans)" + Unknown.COUNT)
    public long getLimitMaxOrphans() {
        return of(Limits::maxOrphans);
    }

    @Managed(description = "Descriptors this process may open (count; the soft limit of open files)" + Unknown.COUNT)
    public long getLimitOpenDescriptors() {
        return of(Limits::openDescriptorsLimit);
    }

    private long of(ToLongFunction<Limits> field) {
        return last.count(snapshot -> field.applyAsLong(snapshot.host().limits()));
    }
}
