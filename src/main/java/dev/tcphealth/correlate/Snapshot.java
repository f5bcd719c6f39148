package dev.tcphealth.correlate;

import dev.tcphealth.kernel.HostSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * All that was known at one instant. Immutable; the only thing that MBeans, reports and rules read.
 *
 * @param at when the kernel's sockets were read
 * @param interval the time since the snapshot before; zero in the first one
 * @param trafficAge how long ago it was read what live connections have sent and received; zero where that was with this
 *     snapshot, as it is but for one with thousands of sockets and nothing retransmitted of late
 * @param took how long it took to make this snapshot
 * @param host the host's side: rates, settings
 * @param sockets every TCP socket of the network namespace by state, this JVM's and others'; unknown where
 *     they could not be read, and then so is every other state in this snapshot
 * @param jvm this JVM's share
 * @param codePaths one per code path that opened or closed a connection, what hurts most first
 * @param destinations one per peer or own listening address, what hurts most first
 * @param listeners the sockets this JVM listens on, the longest accept queue first
 * @param retransmissions the namespace's retransmitted segments, ours and others'
 * @param coverage how much of this process's sockets the agent knows
 * @param missing what could not be read or joined, and why: one line each
 */
public record Snapshot(
        Instant at,
        Duration interval,
        Duration trafficAge,
        Duration took,
        HostSample host,
        StateCounts sockets,
        JvmStats jvm,
        List<CodePathStats> codePaths,
        List<DestinationStats> destinations,
        List<ListenerStats> listeners,
        Retransmissions retransmissions,
        Coverage coverage,
        List<String> missing) {

    /** How a line of {@link #missing} ends where the kernel's sockets could not be read. */
    public static final String STATES_NOT_KNOWN =
            ": the states of sockets, TIME_WAIT and CLOSE_WAIT among them, are not known";

    /** How one ends where the descriptors of this process could not be listed. */
    public static final String DESCRIPTORS_NOT_KNOWN =
            ": how many of this process's sockets the agent knows is not known";

    /** Before the first sample. */
    public static final Snapshot EMPTY = new Snapshot(
            Instant.EPOCH,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            HostSample.UNKNOWN,
            StateCounts.UNKNOWN,
            JvmStats.NONE,
            List.of(),
            List.of(),
            List.of(),
            Retransmissions.UNKNOWN,
            Coverage.UNKNOWN,
            List.of());

    /** The same, with one line more of what is missing. */
    public Snapshot alsoMissing(String line) {
        List<String> more = new ArrayList<>(missing);
        more.add(line);
        return new Snapshot(
                at,
                interval,
                trafficAge,
                took,
                host,
                sockets,
                jvm,
                codePaths,
                destinations,
                listeners,
                retransmissions,
                coverage,
                more);
    }

    public Snapshot {
        codePaths = List.copyOf(codePaths);
        destinations = List.copyOf(destinations);
        listeners = List.copyOf(listeners);
        missing = List.copyOf(missing);
    }
}
