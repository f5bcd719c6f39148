package dev.tcphealth.health;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.address.Subnet;
import dev.tcphealth.connection.CodePaths;
import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.Coverage;
import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.JvmStats;
import dev.tcphealth.correlate.ListenerStats;
import dev.tcphealth.correlate.Outcomes;
import dev.tcphealth.correlate.Ports;
import dev.tcphealth.correlate.Retransmissions;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.correlate.StateCounts;
import dev.tcphealth.correlate.UsageStats;
import dev.tcphealth.kernel.HostSample;
import dev.tcphealth.kernel.Limits;
import dev.tcphealth.kernel.Sockstat;
import dev.tcphealth.kernel.TcpCounters;
import dev.tcphealth.kernel.TcpRates;
import dev.tcphealth.kernel.TcpState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JVM with one code path and one destination, whose numbers a test changes between Snapshots. */
final class World {

    static final String PATH = "com.acme.Client.call(Client.java:42)";
    static final int PATH_ID = 7;

    Endpoint endpoint = Endpoint.ipv4(0xc0a80105, 8080);
    boolean inbound;
    int interval = 5;
    boolean readable = true;
    Duration trafficAge = Duration.ZERO;

    long connected;
    long refused;
    long timedOut;
    long unreachable;
    long otherFailures;
    long noLocalPort;
    long notCaptured;
    long ended;
    long endedByUs;
    long resetByPeer;
    long lifetimeMicros;
    long segments;
    long retransmitted;
    int established;
    int closeWait;
    int timeWait;
    Duration oldestCloseWait = Duration.ZERO;
    long leaked;
    long collected;
    int portsHeldByOthers;
    int portsTotal = 28_232;
    int twReuse;
    long descriptors = 100;
    long descriptorsLimit = 10_000;
    long hostTimeWait;
    long orphans;
    long overflows;
    int copies = 1;
    String path = PATH;
    int listenersOfOthers;
    final List<ListenerStats> listeners = new ArrayList<>();
    final List<Subnet> onLink = new ArrayList<>();

    private Instant at = Instant.parse("2026-11-23T14:00:00Z");

    Snapshot next() {
        at = at.plusSeconds(interval);
        List<DestinationStats> destinations = new ArrayList<>();
        for (int i = 0; i < copies; i++) {
            destinations.add(destination(i));
        }
        return new Snapshot(
                at,
                Duration.ofSeconds(interval),
                trafficAge,
                Duration.ZERO,
                host(),
                readable ? states() : StateCounts.UNKNOWN,
                new JvmStats(0, 0, 0, 0, 0, 0, 0, 0, 0, states(), 0, 0, leaked, 0, descriptors),
                List.of(path()),
                destinations,
                listeners,
                Retransmissions.UNKNOWN,
                Coverage.UNKNOWN,
                List.of());
    }

    String destinationName() {
        return endpoint.toString();
    }

    private CodePathStats path() {
        return new CodePathStats(
                PATH_ID,
                path,
                List.of(path),
                connected,
                0,
                ended,
                0,
                collected,
                leaked,
                established,
                readable ? states() : StateCounts.UNKNOWN,
                0,
                oldestCloseWait,
                Outcomes.NONE,
                false);
    }

    private DestinationStats destination(int copy) {
        long failures = refused + timedOut + unreachable + otherFailures + noLocalPort;
        String name = copy == 0 ? destinationName() : destinationName() + "#" + copy;
        int used = timeWait + established + closeWait + portsHeldByOthers;
        return new DestinationStats(
                name,
                endpoint,
                inbound,
                connected + notCaptured + failures,
                established,
                readable ? states() : StateCounts.UNKNOWN,
                inbound ? Ports.NONE : new Ports(used, timeWait, portsTotal, twReuse == 1 ? timeWait : 0),
                new Outcomes(
                        new Outcomes.Endings(endedByUs, ended - endedByUs - resetByPeer, 0, resetByPeer, 0, 0, 0, 0),
                        new Outcomes.Connects(
                                connected, refused, timedOut, unreachable, noLocalPort, otherFailures, times()),
                        Outcomes.Times.NONE,
                        new Outcomes.Traffic(segments, retransmitted, 0, 0, 0, 0)),
                List.of(
                        new UsageStats(
                                0,
                                CodePaths.NOT_CAPTURED,
                                notCaptured,
                                0,
                                0,
                                notCaptured,
                                4000 * notCaptured,
                                0,
                                0,
                                StateCounts.NONE),
                        new UsageStats(1, "com.acme.Idle.call(Idle.java:1)", 0, 0, 0, 0, 0, 0, 0, StateCounts.NONE),
                        new UsageStats(
                                PATH_ID,
                                path,
                                connected + failures,
                                failures,
                                noLocalPort,
                                ended,
                                lifetimeMicros,
                                segments,
                                retransmitted,
                                readable ? states() : StateCounts.UNKNOWN)));
    }

    private static Outcomes.Times times() {
        return new Outcomes.Times(10, 1500, 2000, 3000);
    }

    private StateCounts states() {
        Map<TcpState, Integer> counts = new LinkedHashMap<>();
        counts.put(TcpState.ESTABLISHED, established);
        counts.put(TcpState.CLOSE_WAIT, closeWait);
        counts.put(TcpState.TIME_WAIT, timeWait);
        counts.put(TcpState.LISTEN, listeners.size() + listenersOfOthers);
        int[] numbers = new int[TcpState.count() + 1];
        counts.forEach((state, count) -> numbers[state.number()] = count);
        return new StateCounts(numbers);
    }

    private HostSample host() {
        return new HostSample(
                TcpRates.UNKNOWN,
                List.of(),
                new Sockstat(0, 0, orphans, hostTimeWait, 0, 0),
                new Limits(32_768, 60_999, 0, twReuse, 1000, 65_536, 4096, 16_384, descriptorsLimit),
                new TcpCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, overflows, 0),
                onLink,
                List.of());
    }
}
