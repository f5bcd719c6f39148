package dev.tcphealth.report;

import dev.tcphealth.address.Endpoint;
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
import dev.tcphealth.health.Change;
import dev.tcphealth.health.Evidence;
import dev.tcphealth.health.Finding;
import dev.tcphealth.health.Forecast;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.health.Severity;
import dev.tcphealth.kernel.HostSample;
import dev.tcphealth.kernel.InterfaceRates;
import dev.tcphealth.kernel.Limits;
import dev.tcphealth.kernel.Sockstat;
import dev.tcphealth.kernel.TcpCounters;
import dev.tcphealth.kernel.TcpRates;
import dev.tcphealth.kernel.TcpState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Snapshots made by hand. */
public final class Samples {

    public static final ReportContext CONTEXT =
            new ReportContext(4711, "com.acme.shop.Main", "25.0.1", "0.1.0", "web1");

    /** Names as only an attacker would choose them. */
    public static final String HOSTILE = "evil\n\u001b[2J\"\\\u0000\u202e\u2028\ud800,=*?:\t</x>";

    private static final Instant AT = Instant.parse("2026-11-23T14:05:09Z");

    private Samples() {}

    public static Snapshot healthy() {
        return new Snapshot(
                AT,
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofMillis(4),
                host(0, List.of(eth0())),
                states(Map.of(TcpState.ESTABLISHED, 8, TcpState.LISTEN, 2)),
                new JvmStats(4, 4, 1, 0, 0, 0, 8, 0, 0, states(Map.of(TcpState.ESTABLISHED, 8)), 0, 0, 0, 0, 60),
                List.of(path(1, "com.acme.shop.Pool.connect(Pool.java:17)", 4, Map.of(TcpState.ESTABLISHED, 8), 0, 0)),
                List.of(destination(
                        "10.0.0.5:5432",
                        false,
                        8,
                        8,
                        states(Map.of(TcpState.ESTABLISHED, 8)),
                        Ports.NONE,
                        Outcomes.NONE)),
                List.of(),
                Retransmissions.UNKNOWN,
                new Coverage(8, 8, 0),
                List.of());
    }

    /** What could be judged of {@link #bad}. */
    public static HealthReport sick() {
        Finding ports = new Finding(
                "ports",
                "10.0.0.5:8080",
                Severity.CRITICAL,
                "3 connects to 10.0.0.5:8080 failed: no local port was left for them",
                List.of(
                        new Evidence("connects without a port", 3, "connects"),
                        new Evidence("ports in use", 28_232, "ports"),
                        new Evidence("connections", 612.53, "/s")),
                "com.acme.shop.Prices.lookup(Prices.java:42)",
                7,
                "10.0.0.5:8080",
                "Keep connections open and use them again.",
                AT);
        Finding closeWait = new Finding(
                "close-wait",
                "9",
                Severity.WARNING,
                "50 connections of com.acme.shop.Inventory.poll(Inventory.java:88) are in CLOSE_WAIT, the oldest for"
                        + " 12 min 34 s",
                List.of(new Evidence("in CLOSE_WAIT", 50, "connections")),
                "com.acme.shop.Inventory.poll(Inventory.java:88)",
                9,
                "10.0.0.9:9200",
                "Close the socket on every way out of this code.",
                AT.minusSeconds(240));
        return new HealthReport(
                true,
                List.of(ports, closeWait),
                List.of("10.0.0.7:5432: 1 of 20 segments retransmitted, too few to judge by"),
                List.of(
                        new Forecast(
                                "ports to 10.0.0.5:8080",
                                "10.0.0.5:8080",
                                20_000,
                                28_232,
                                90.9,
                                90.5,
                                88.0,
                                612.53,
                                470.5),
                        new Forecast(
                                "descriptors",
                                "",
                                600,
                                1000,
                                0,
                                Double.POSITIVE_INFINITY,
                                Double.POSITIVE_INFINITY,
                                Double.NaN,
                                Double.NaN)),
                List.of(new Change(Change.Kind.RAISED, ports), new Change(Change.Kind.ESCALATED, closeWait)),
                List.of());
    }

    /** The kernel's sockets could not be read. */
    public static Snapshot withoutSockets() {
        return new Snapshot(
                AT,
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofMillis(4),
                host(0, List.of(eth0())),
                StateCounts.UNKNOWN,
                new JvmStats(4, 4, 1, 0, 0, 0, 8, 0, 0, StateCounts.UNKNOWN, -1, -1, 0, 0, 60),
                List.of(),
                List.of(destination("10.0.0.5:5432", false, 8, 8, StateCounts.UNKNOWN, Ports.NONE, Outcomes.NONE)),
                List.of(),
                Retransmissions.UNKNOWN,
                Coverage.UNKNOWN,
                List.of());
    }

    /** Of every kind some. */
    private static final Outcomes OUTCOMES = new Outcomes(
            new Outcomes.Endings(7, 2, 1, 3, 6, 0, 4, 5),
            new Outcomes.Connects(52, 3, 1, 0, 2, 0, new Outcomes.Times(52, 415, 1535, 2047)),
            new Outcomes.Times(13, 15_359, 131_071, 262_143),
            new Outcomes.Traffic(20_000, 60, 20, 1_500_000, 3_000_000, 900));

    /** 1,000 in TIME_WAIT by one code path, 300 opened by a second and closed by a third, 50 in CLOSE_WAIT by a fourth. */
    public static Snapshot bad() {
        List<CodePathStats> paths = List.of(
                path(7, "com.acme.shop.Prices.lookup(Prices.java:42)", 1000, Map.of(TcpState.TIME_WAIT, 1000), 1000, 0),
                withOutcomes(path(
                        9,
                        "com.acme.shop.Inventory.poll(Inventory.java:88)",
                        52,
                        Map.of(TcpState.CLOSE_WAIT, 50, TcpState.ESTABLISHED, 2),
                        0,
                        754)),
                path(3, "com.acme.shop.Pool.connect(Pool.java:17)", 300, Map.of(TcpState.TIME_WAIT, 300), 0, 0),
                path(4, "com.acme.shop.Pool.evict(Pool.java:64)", 0, Map.of(), 300, 0),
                new CodePathStats(
                        1,
                        "(opened before the agent)",
                        List.of(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        2,
                        states(Map.of(TcpState.CLOSE_WAIT, 1)),
                        0,
                        Duration.ofSeconds(8),
                        Outcomes.NONE,
                        false));
        return new Snapshot(
                AT,
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofMillis(12),
                host(0.000123, List.of(eth0(), lo())),
                states(Map.of(
                        TcpState.TIME_WAIT,
                        1302,
                        TcpState.CLOSE_WAIT,
                        52,
                        TcpState.ESTABLISHED,
                        12,
                        TcpState.LISTEN,
                        3)),
                new JvmStats(
                        1352,
                        20,
                        1,
                        1318,
                        3,
                        2,
                        54,
                        120.25,
                        118.5,
                        states(Map.of(TcpState.TIME_WAIT, 1300, TcpState.CLOSE_WAIT, 51, TcpState.ESTABLISHED, 3)),
                        2,
                        1,
                        1,
                        0,
                        120),
                paths,
                List.of(
                        destination(
                                "10.0.0.5:8080",
                                false,
                                1000,
                                0,
                                states(Map.of(TcpState.TIME_WAIT, 1000)),
                                new Ports(1000, 1000, 28_232, 0),
                                Outcomes.NONE),
                        destination(
                                "10.0.0.9:9200",
                                false,
                                52,
                                52,
                                states(Map.of(TcpState.CLOSE_WAIT, 50, TcpState.ESTABLISHED, 2)),
                                new Ports(52, 0, 28_232, 0),
                                OUTCOMES),
                        destination(
                                "[2001:db8::7]:5432",
                                false,
                                300,
                                0,
                                states(Map.of(TcpState.TIME_WAIT, 300)),
                                Ports.NONE,
                                Outcomes.NONE),
                        destination(
                                "accepted on 10.0.0.1:8443",
                                true,
                                20,
                                2,
                                states(Map.of(TcpState.ESTABLISHED, 1)),
                                Ports.NONE,
                                Outcomes.NONE)),
                List.of(new ListenerStats("0.0.0.0:8443", 4711, 1, "com.acme.shop.Main.main(Main.java:21)", 3, 128)),
                new Retransmissions(75, 60, 15),
                new Coverage(54, 51, 1),
                List.of("interface speed: /sys/class/net/eth0/speed says -1"));
    }

    public static Snapshot huge() {
        Duration age = Duration.ofDays(3);
        List<CodePathStats> paths = IntStream.range(0, 10_000)
                .mapToObj(i -> new CodePathStats(
                        i,
                        "com.acme." + "deeply.nested.".repeat(20) + "Client" + i + ".call(Client.java:" + i + ")",
                        IntStream.range(0, 500)
                                .mapToObj(f -> "com.acme.Frame.f(Frame.java:" + f + ")")
                                .toList(),
                        Long.MAX_VALUE / 20_000,
                        1,
                        1,
                        1,
                        1,
                        1,
                        1,
                        states(Map.of(TcpState.TIME_WAIT, 10_000 - i, TcpState.CLOSE_WAIT, 1)),
                        10_000 - i,
                        age,
                        Outcomes.NONE,
                        false))
                .toList();
        List<DestinationStats> destinations = IntStream.range(0, 10_000)
                .mapToObj(i -> destination(
                        "10.0." + i / 256 + "." + i % 256 + ":80",
                        false,
                        i,
                        i,
                        states(Map.of(TcpState.ESTABLISHED, i)),
                        Ports.NONE,
                        Outcomes.NONE))
                .toList();
        return new Snapshot(
                AT,
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofMillis(500),
                host(1, List.of()),
                states(Map.of(TcpState.TIME_WAIT, 50_005_000, TcpState.CLOSE_WAIT, 10_000)),
                new JvmStats(0, 0, 0, 0, 0, 0, 0, 0, 0, StateCounts.NONE, 0, 0, 0, 0, 60),
                paths,
                destinations,
                List.of(),
                Retransmissions.UNKNOWN,
                Coverage.UNKNOWN,
                IntStream.range(0, 1000)
                        .mapToObj(i -> "source " + i + " " + "x".repeat(300))
                        .toList());
    }

    public static Snapshot hostile() {
        CodePathStats path = new CodePathStats(
                1,
                HOSTILE,
                List.of(HOSTILE, HOSTILE),
                1,
                0,
                1,
                0,
                0,
                0,
                0,
                states(Map.of(TcpState.TIME_WAIT, 1, TcpState.CLOSE_WAIT, 1)),
                1,
                Duration.ofSeconds(1),
                Outcomes.NONE,
                false);
        return new Snapshot(
                AT,
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofMillis(4),
                host(Double.NaN, List.of(new InterfaceRates(HOSTILE, 1, 2, 3, 4, 5, 6, 7, 8))),
                states(Map.of(TcpState.TIME_WAIT, 1, TcpState.CLOSE_WAIT, 1)),
                new JvmStats(0, 0, 0, 0, 0, 0, 0, 0, 0, StateCounts.NONE, 0, 0, 0, 0, 60),
                List.of(path),
                List.of(destination(HOSTILE, false, 1, 1, StateCounts.NONE, Ports.NONE, Outcomes.NONE)),
                List.of(),
                Retransmissions.UNKNOWN,
                new Coverage(0, 0, 0),
                List.of(HOSTILE));
    }

    public static Snapshot with(Snapshot snapshot, List<InterfaceRates> interfaces, String... missing) {
        return new Snapshot(
                snapshot.at(),
                snapshot.interval(),
                Duration.ZERO,
                snapshot.took(),
                host(0, interfaces),
                snapshot.sockets(),
                snapshot.jvm(),
                snapshot.codePaths(),
                snapshot.destinations(),
                List.of(),
                Retransmissions.UNKNOWN,
                snapshot.coverage(),
                missing.length == 0 ? snapshot.missing() : List.of(missing));
    }

    /** A Snapshot of these listeners and destinations. */
    public static Snapshot listening(List<ListenerStats> listeners, List<DestinationStats> destinations) {
        return of(List.of(), destinations, listeners, AT);
    }

    /** A Snapshot of these code paths, so long after the others. */
    public static Snapshot after(Duration time, List<CodePathStats> paths) {
        return of(paths, List.of(), List.of(), AT.plus(time));
    }

    /** As many code paths and destinations as are asked for, all at work. */
    public static Snapshot many(int count) {
        return of(
                IntStream.range(0, count)
                        .mapToObj(i -> withOutcomes(path(
                                i + 1,
                                "com.acme.shop.Client" + i + ".call(Client" + i + ".java:42)",
                                1000 + i,
                                Map.of(TcpState.TIME_WAIT, 1000, TcpState.ESTABLISHED, 5),
                                7,
                                0)))
                        .toList(),
                IntStream.range(0, count)
                        .mapToObj(i -> destination(
                                "10.0." + i / 256 + "." + i % 256 + ":5432",
                                false,
                                1000,
                                5,
                                states(Map.of(TcpState.TIME_WAIT, 1000, TcpState.ESTABLISHED, 5)),
                                new Ports(1005, 1000, 28_232, 0),
                                OUTCOMES))
                        .toList(),
                bad().listeners(),
                AT);
    }

    private static Snapshot of(
            List<CodePathStats> paths, List<DestinationStats> destinations, List<ListenerStats> listeners, Instant at) {
        Snapshot bad = bad();
        return new Snapshot(
                at,
                bad.interval(),
                Duration.ZERO,
                bad.took(),
                bad.host(),
                bad.sockets(),
                bad.jvm(),
                paths,
                destinations,
                listeners,
                bad.retransmissions(),
                bad.coverage(),
                bad.missing());
    }

    public static InterfaceRates eth0() {
        return new InterfaceRates("eth0", 10.5, 20.5, 1.25, 2.25, 0.1, 0.2, 3, Double.NaN);
    }

    public static InterfaceRates lo() {
        return new InterfaceRates("lo", 1, 1, 0.5, 0.5, 0, 0, 0, 0);
    }

    public static StateCounts states(Map<TcpState, Integer> counts) {
        int[] numbers = new int[TcpState.count() + 1];
        counts.forEach((state, count) -> numbers[state.number()] = count);
        return new StateCounts(numbers);
    }

    private static HostSample host(double retransmissionRatio, List<InterfaceRates> interfaces) {
        return new HostSample(
                new TcpRates(120.25, 4, 2000.5, 1900.25, 0.5, 0.25, 12, 0.125, 1.5, retransmissionRatio),
                interfaces,
                new Sockstat(60, 5, 1, 1302, 70, 33),
                new Limits(32768, 60999, 10, 2, 1000, 65536, 4096, 16384, 1048576),
                new TcpCounters(101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, -1, 113),
                List.of(),
                List.of());
    }

    public static DestinationStats destination(
            String name, boolean inbound, long total, long live, StateCounts states, Ports ports, Outcomes outcomes) {
        return new DestinationStats(
                name, Endpoint.UNSPECIFIED, inbound, total, live, states, ports, outcomes, List.of());
    }

    private static CodePathStats withOutcomes(CodePathStats path) {
        return changed(path, path.id(), path.opened(), OUTCOMES);
    }

    /** The same with another total. */
    public static CodePathStats opened(CodePathStats path, long opened) {
        return changed(path, path.id(), opened, path.outcomes());
    }

    /** Another one, with the same name. */
    public static CodePathStats called(CodePathStats path, int id) {
        return changed(path, id, path.opened(), path.outcomes());
    }

    private static CodePathStats changed(CodePathStats path, int id, long opened, Outcomes outcomes) {
        return new CodePathStats(
                id,
                path.name(),
                path.stack(),
                opened,
                path.accepted(),
                path.closed(),
                path.failed(),
                path.closedByCollector(),
                path.leaked(),
                path.live(),
                path.states(),
                path.timeWaitByCloser(),
                path.oldestCloseWait(),
                outcomes,
                path.estimated());
    }

    private static CodePathStats path(
            int id, String name, long opened, Map<TcpState, Integer> states, long timeWaitByCloser, long oldest) {
        List<String> stack = List.of(
                name,
                "com.acme.shop.Checkout.run(Checkout.java:103)",
                "java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)",
                "java.lang.Thread.run(Thread.java:1474)");
        return new CodePathStats(
                id,
                name,
                stack,
                opened,
                0,
                timeWaitByCloser,
                0,
                0,
                0,
                states.getOrDefault(TcpState.CLOSE_WAIT, 0) + states.getOrDefault(TcpState.ESTABLISHED, 0),
                states(states),
                timeWaitByCloser,
                Duration.ofSeconds(oldest),
                Outcomes.NONE,
                false);
    }
}
