package dev.tcphealth.kernel;

import dev.tcphealth.address.Subnet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the host's side from /proc and /sys, in the network namespace of this process: rates against the reading before,
 * and counts and limits of now. Not thread-safe: one sampler uses it.
 *
 * <p>What cannot be read or understood is unknown in the sample and a line in {@link HostSample#missing}, every time; the
 * rest works on. No such case are files that are normally absent somewhere: tcp_tw_reuse_delay before Linux 6.13,
 * tcp_max_orphans but in the first network namespace, sockstat6 without IPv6, and the speed of many interfaces.
 */
public final class HostReader {

    /** Reading speed and duplex takes the rtnl lock and asks the driver, and some drivers ask the hardware. */
    private static final long LINK_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int TW_REUSE_DELAY_MILLIS = 1000;

    private static final List<String> TCP = List.of(
            "ActiveOpens",
            "PassiveOpens",
            "AttemptFails",
            "EstabResets",
            "CurrEstab",
            "InSegs",
            "OutSegs",
            "RetransSegs",
            "InErrs",
            "OutRsts");
    private static final List<String> TCP_EXT = List.of("TCPSynRetrans", "ListenOverflows", "ListenDrops");
    private static final List<String> SOCKSTAT = List.of("inuse", "orphan", "tw", "alloc", "mem");

    private final Path proc;
    private final Path sys;
    private final LongSupplier nanoClock;
    private final ProcFile file;
    private final Map<String, LinkReading> links = new HashMap<>();

    private final Map<String, Origin> origins = new HashMap<>();
    private @Nullable Reading first;
    private @Nullable Reading before;
    private @Nullable RouteReading routes;

    /** The first reading of an interface since it was registered. */
    private record Origin(long nanos, InterfaceCounters counters) {}

    private record Reading(long nanos, TcpCounters tcp, Map<String, InterfaceCounters> interfaces) {}

    private record LinkReading(Link link, long nanos) {}

    private record RouteReading(List<Subnet> onLink, long nanos) {}

    /** This host, with the JVM's monotonic clock. */
    public HostReader() {
        this(DescriptorReserve.none());
    }

    /** @param reserve where a descriptor comes from when none is left */
    public HostReader(DescriptorReserve reserve) {
        this(Path.of("/proc"), Path.of("/sys"), System::nanoTime, reserve);
    }

    /**
     * @param proc where the proc file system is
     * @param sys where sysfs is; it shows the interfaces of the network namespace it was mounted in
     * @param nanoClock a monotonic clock in nanoseconds, of any origin
     */
    public HostReader(Path proc, Path sys, LongSupplier nanoClock) {
        this(proc, sys, nanoClock, DescriptorReserve.none());
    }

    private HostReader(Path proc, Path sys, LongSupplier nanoClock, DescriptorReserve reserve) {
        this.file = new ProcFile(reserve);
        this.proc = proc;
        this.sys = sys;
        this.nanoClock = nanoClock;
    }

    /** Reads all of it now. The first sample has no rates; an interface has none in the first sample that shows it. */
    public HostSample sample() {
        if (!Files.isDirectory(proc)) {
            first = null;
            before = null;
            return new HostSample(
                    TcpRates.UNKNOWN,
                    List.of(),
                    Sockstat.UNKNOWN,
                    Limits.UNKNOWN,
                    TcpCounters.UNKNOWN,
                    List.of(),
                    List.of(proc + ": no such folder: nothing is known of the host's TCP (is this Linux?)"));
        }
        List<String> missing = new ArrayList<>();
        Reading now = new Reading(nanoClock.getAsLong(), tcpCounters(missing), interfaces(missing));
        Reading last = before;
        before = now;
        first = first == null ? now : first;
        double seconds = last == null ? Double.NaN : (now.nanos - last.nanos) / 1e9;
        return new HostSample(
                last == null ? TcpRates.UNKNOWN : Rates.tcp(last.tcp, now.tcp, seconds),
                interfaceRates(last == null ? Map.of() : last.interfaces, now, seconds),
                sockstat(missing),
                limits(missing),
                now.tcp,
                onLink(now.nanos),
                missing);
    }

    /**
     * The rates from the first sample to the last, which sar calls the average; of an interface that came or was
     * registered anew meanwhile, since then. No counter is read for it; whatever is no rate is unknown.
     */
    public HostSample average() {
        Reading start = first;
        Reading end = before;
        if (start == null || end == null) {
            return HostSample.UNKNOWN;
        }
        List<InterfaceRates> rates = new ArrayList<>();
        end.interfaces.forEach((name, counters) -> {
            Origin origin = origins.getOrDefault(name, new Origin(end.nanos, counters));
            rates.add(Rates.ofInterface(
                    name, origin.counters, counters, link(name, end.nanos), (end.nanos - origin.nanos) / 1e9));
        });
        return new HostSample(
                Rates.tcp(start.tcp, end.tcp, (end.nanos - start.nanos) / 1e9),
                rates,
                Sockstat.UNKNOWN,
                Limits.UNKNOWN,
                TcpCounters.UNKNOWN,
                List.of(),
                List.of());
    }

    private TcpCounters tcpCounters(List<String> missing) {
        NamedCounters tcp = linePair("net/snmp", "Tcp:", TCP, "the host's TCP rates are not known", missing);
        NamedCounters ext = linePair(
                "net/netstat",
                "TcpExt:",
                TCP_EXT,
                "the retransmission ratio and overflows of accept queues are not known",
                missing);
        return new TcpCounters(
                tcp.get("ActiveOpens"),
                tcp.get("PassiveOpens"),
                tcp.get("AttemptFails"),
                tcp.get("EstabResets"),
                tcp.get("CurrEstab"),
                tcp.get("InSegs"),
                tcp.get("OutSegs"),
                tcp.get("RetransSegs"),
                tcp.get("InErrs"),
                tcp.get("OutRsts"),
                ext.get("TCPSynRetrans"),
                ext.get("ListenOverflows"),
                ext.get("ListenDrops"));
    }

    /** The segments retransmitted in the network namespace since boot: a part of {@link #sample} alone; -1 if unknown. */
    public long retransmittedSegments() {
        try {
            return NamedCounters.ofLinePair(file.read(proc.resolve("net/snmp")), "Tcp:")
                    .get("RetransSegs");
        } catch (IOException e) {
            return Words.UNKNOWN;
        }
    }

    private NamedCounters linePair(
            String name, String group, List<String> wanted, String notKnown, List<String> missing) {
        Path path = proc.resolve(name);
        String text = read(path, notKnown, missing);
        NamedCounters counters = NamedCounters.ofLinePair(text == null ? "" : text, group);
        if (text != null) {
            report(counters, path, group, wanted, notKnown, missing);
        }
        return counters;
    }

    private Map<String, InterfaceCounters> interfaces(List<String> missing) {
        Path path = proc.resolve("net/dev");
        String text = read(path, "the rates of network interfaces are not known", missing);
        if (text == null) {
            return Map.of();
        }
        NetDev dev = NetDev.parse(text);
        if (dev.leftOut() < 0) {
            missing.add(path + ": not understood: the rates of network interfaces are not known");
        } else if (dev.leftOut() > 0) {
            missing.add(path + ": " + dev.leftOut() + " lines not understood: as many network interfaces are left out");
        }
        return dev.interfaces();
    }

    private List<InterfaceRates> interfaceRates(Map<String, InterfaceCounters> last, Reading now, double seconds) {
        links.keySet().retainAll(now.interfaces.keySet());
        origins.keySet().retainAll(now.interfaces.keySet());
        List<InterfaceRates> rates = new ArrayList<>();
        now.interfaces.forEach((name, counters) -> {
            InterfaceCounters earlier = last.get(name);
            if (earlier == null || counters.fellSince(earlier)) {
                links.remove(name);
                origins.put(name, new Origin(now.nanos, counters));
                rates.add(Rates.unknown(name));
            } else {
                rates.add(Rates.ofInterface(name, earlier, counters, link(name, now.nanos), seconds));
            }
        });
        return rates;
    }

    private Link link(String name, long nanos) {
        LinkReading known = links.get(name);
        if (known != null && nanos - known.nanos < LINK_NANOS) {
            return known.link;
        }
        Link link = readLink(name);
        links.put(name, new LinkReading(link, nanos));
        return link;
    }

    private Link readLink(String name) {
        try {
            Path folder = sys.resolve("class/net").resolve(name);
            return Link.parse(file.read(folder.resolve("speed")), file.read(folder.resolve("duplex")));
        } catch (IOException | InvalidPathException notKnown) {
            // EINVAL while the interface is down or where its driver has no such notion: the normal case for lo.
            return Link.UNKNOWN;
        }
    }

    /** Read once a minute, as a router has many routes; without it what is local is only said by the options. */
    private List<Subnet> onLink(long nanos) {
        if (routes == null || nanos - routes.nanos >= LINK_NANOS) {
            List<Subnet> subnets = new ArrayList<>(OnLinkRoutes.ipv4(readOr("net/route", "")));
            subnets.addAll(OnLinkRoutes.ipv6(readOr("net/ipv6_route", "")));
            routes = new RouteReading(List.copyOf(subnets), nanos);
        }
        return routes.onLink;
    }

    private String readOr(String name, String otherwise) {
        try {
            return file.read(proc.resolve(name));
        } catch (IOException e) {
            return otherwise;
        }
    }

    private Sockstat sockstat(List<String> missing) {
        String notKnown = "counts of TIME_WAIT, orphans and memory are not known";
        NamedCounters tcp = line("net/sockstat", "TCP:", SOCKSTAT, notKnown, missing);
        NamedCounters tcp6 = isThere("net/sockstat6")
                ? line("net/sockstat6", "TCP6:", List.of("inuse"), "the count of IPv6 sockets is not known", missing)
                : NamedCounters.none();
        return new Sockstat(
                tcp.get("inuse"),
                tcp6.get("inuse"),
                tcp.get("orphan"),
                tcp.get("tw"),
                tcp.get("alloc"),
                tcp.get("mem"));
    }

    private NamedCounters line(String name, String group, List<String> wanted, String notKnown, List<String> missing) {
        Path path = proc.resolve(name);
        String text = read(path, notKnown, missing);
        NamedCounters counters = NamedCounters.ofLine(text == null ? "" : text, group);
        if (text != null) {
            report(counters, path, group, wanted, notKnown, missing);
        }
        return counters;
    }

    private static void report(
            NamedCounters counters,
            Path path,
            String group,
            List<String> wanted,
            String notKnown,
            List<String> missing) {
        List<String> absent = counters.absent(wanted);
        if (absent.equals(wanted)) {
            missing.add(path + ": not understood, no " + group + " there: " + notKnown);
        } else if (!absent.isEmpty()) {
            missing.add(path + ": no " + String.join(", ", absent) + " there: not all is known");
        }
    }

    private Limits limits(List<String> missing) {
        Settings.PortRange range = portRange(missing);
        int twReuse =
                (int) setting("net/ipv4/tcp_tw_reuse", Integer.MAX_VALUE, "reuse of TIME_WAIT is not known", missing);
        return new Limits(
                range.low(),
                range.high(),
                reservedPorts(range, missing),
                twReuse,
                twReuse < 0 ? -1 : twReuseDelay(missing),
                setting(
                        "net/ipv4/tcp_max_tw_buckets",
                        Long.MAX_VALUE,
                        "the limit of sockets in TIME_WAIT is not known",
                        missing),
                setting("net/core/somaxconn", Long.MAX_VALUE, "the limit of backlogs is not known", missing),
                maxOrphans(missing),
                openFiles(missing));
    }

    private Settings.PortRange portRange(List<String> missing) {
        Path path = proc.resolve("sys/net/ipv4/ip_local_port_range");
        String notKnown = "the range of ephemeral ports is not known";
        String text = read(path, notKnown, missing);
        if (text == null) {
            return Settings.PortRange.UNKNOWN;
        }
        Settings.PortRange range = Settings.portRange(text);
        if (!range.known()) {
            missing.add(path + ": not understood: " + notKnown);
        }
        return range;
    }

    private int reservedPorts(Settings.PortRange range, List<String> missing) {
        Path path = proc.resolve("sys/net/ipv4/ip_local_reserved_ports");
        String notKnown = "reserved ports are not known";
        String text = read(path, notKnown, missing);
        if (text == null) {
            return -1;
        }
        int reserved = Settings.reservedPorts(text, range);
        if (reserved < 0 && range.known()) {
            missing.add(path + ": not understood: " + notKnown);
        }
        return reserved;
    }

    private int twReuseDelay(List<String> missing) {
        String name = "net/ipv4/tcp_tw_reuse_delay";
        return isThere("sys/" + name)
                ? (int) setting(name, Integer.MAX_VALUE, "the delay of reusing TIME_WAIT is not known", missing)
                : TW_REUSE_DELAY_MILLIS;
    }

    private long maxOrphans(List<String> missing) {
        String name = "net/ipv4/tcp_max_orphans";
        return isThere("sys/" + name)
                ? setting(name, Long.MAX_VALUE, "the limit of orphans is not known", missing)
                : Words.UNKNOWN;
    }

    /** True also where that cannot be told, so that reading says why. */
    private boolean isThere(String name) {
        return !Files.notExists(proc.resolve(name));
    }

    private long openFiles(List<String> missing) {
        Path path = proc.resolve("self/limits");
        String notKnown = HostSample.DESCRIPTOR_LIMIT_NOT_KNOWN;
        String text = read(path, notKnown, missing);
        if (text == null) {
            return -1;
        }
        long limit = Settings.openFiles(text);
        if (limit < 0) {
            missing.add(path + ": not understood: " + notKnown);
        }
        return limit;
    }

    private long setting(String name, long max, String notKnown, List<String> missing) {
        Path path = proc.resolve("sys").resolve(name);
        String text = read(path, notKnown, missing);
        if (text == null) {
            return -1;
        }
        long value = Settings.number(text);
        if (value < 0 || value > max) {
            missing.add(path + ": not understood: " + notKnown);
            return -1;
        }
        return value;
    }

    private @Nullable String read(Path path, String notKnown, List<String> missing) {
        try {
            return file.read(path);
        } catch (IOException e) {
            missing.add(path + ": " + ProcFile.reason(e) + ": " + notKnown);
            return null;
        }
    }
}
