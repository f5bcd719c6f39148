package dev.tcphealth.correlate;

import dev.tcphealth.address.Endpoint;
import java.util.List;

/**
 * What is known of one destination: for connections this JVM opened, the peer's address and port; for connections it
 * accepted, its own address and port.
 *
 * @param name {@code 10.0.0.5:5432}, or {@code accepted on 10.0.0.1:8080}
 * @param endpoint the same address and port; {@link Endpoint#UNSPECIFIED} for the row that stands for all others
 * @param inbound whether these are accepted connections
 * @param total connections since the start of the agent
 * @param live of them, those whose descriptor is open now
 * @param states of them, by the kernel's state now, those in TIME_WAIT included
 * @param ports the ephemeral ports towards it; nothing for accepted connections
 * @param outcomes what became of them
 * @param usages what each code path did to it, for as many as are kept apart
 */
public record DestinationStats(
        String name,
        Endpoint endpoint,
        boolean inbound,
        long total,
        long live,
        StateCounts states,
        Ports ports,
        Outcomes outcomes,
        List<UsageStats> usages) {

    public DestinationStats {
        usages = List.copyOf(usages);
    }

    /** Whether this is the row for all destinations that have none of their own. */
    public boolean isRest() {
        return !inbound && endpoint.equals(Endpoint.UNSPECIFIED);
    }
}
