package dev.tcphealth.health;

import dev.tcphealth.address.Subnet;
import dev.tcphealth.config.HealthLimits;
import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.Snapshot;
import java.util.List;

/** Which destinations are on the local network, where next to nothing may be lost. */
final class Locality {

    private Locality() {}

    /**
     * Loopback is local, and what lies in the networks of the options, or else in those reached without a gateway. Peers
     * of accepted connections may be anywhere, so those are local on loopback only.
     */
    static boolean isLocal(DestinationStats to, Snapshot snapshot, HealthLimits limits) {
        if (to.endpoint().isLoopback() || to.inbound()) {
            return to.endpoint().isLoopback();
        }
        List<Subnet> networks = limits.local().isEmpty() ? snapshot.host().onLink() : limits.local();
        return networks.stream().anyMatch(network -> network.contains(to.endpoint()));
    }
}
