package dev.tcphealth.health;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.Ports;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.correlate.UsageStats;
import dev.tcphealth.health.History.Since;
import dev.tcphealth.kernel.Limits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says when ports, descriptors and the kernel's tables will run out. Is shown every Snapshot, on one thread. */
final class Forecasts {

    static final String DESCRIPTORS = "descriptors";
    static final String TIME_WAIT = "sockets in TIME_WAIT";
    static final String ORPHANS = "orphans";

    /** Destinations that are forecast: those nearest to the end. */
    static final int MOST = 50;

    /** TCP_TIMEWAIT_LEN in include/net/tcp.h: no setting changes it. */
    private static final double TIME_WAIT_SECONDS = 60;

    /** Connections to look back on. */
    private static final int CONNECTIONS = 20;

    private final Histories history;
    private Map<String, Trend> trends = new HashMap<>();
    private Map<String, Trend> next = new HashMap<>();
    private long nanos;

    Forecasts(Histories history) {
        this.history = history;
    }

    /** The first to run out first. */
    List<Forecast> of(Snapshot now) {
        nanos += now.interval().toNanos();
        next = new HashMap<>();
        List<Forecast> forecasts = new ArrayList<>();
        for (DestinationStats to : now.destinations()) {
            if (!to.inbound() && to.ports().total() > 0 && to.ports().used() > 0) {
                forecasts.add(ports(to, now.host().limits()));
            }
        }
        Limits limits = now.host().limits();
        forecasts.sort(Comparator.comparingDouble(Forecast::secondsLeft)
                .thenComparingDouble(forecast -> -forecast.usedPercent()));
        List<Forecast> all = new ArrayList<>(forecasts.subList(0, Math.min(forecasts.size(), MOST)));
        addTable(
                all, DESCRIPTORS, now.jvm().openDescriptors(), limits.openDescriptorsLimit(), Double.POSITIVE_INFINITY);
        addTable(all, TIME_WAIT, now.host().sockstat().timeWait(), limits.maxTimeWait(), TIME_WAIT_SECONDS);
        addTable(all, ORPHANS, now.host().sockstat().orphans(), limits.maxOrphans(), Double.POSITIVE_INFINITY);
        all.sort(Comparator.comparingDouble(Forecast::secondsLeft)
                .thenComparingDouble(forecast -> -forecast.usedPercent()));
        trends = next;
        return all;
    }

    /** @param heldSeconds after so long each goes by itself, so that a rise of a steady rate ends by then */
    private void addTable(List<Forecast> all, String what, long used, long limit, double heldSeconds) {
        if (used >= 0 && limit > 0 && limit < Long.MAX_VALUE) {
            double rise = trend(what, used);
            double left = left(limit - used, rise);
            all.add(new Forecast(
                    what,
                    "",
                    used,
                    limit,
                    rise,
                    left > heldSeconds ? Double.POSITIVE_INFINITY : left,
                    Double.NaN,
                    Double.NaN));
        }
    }

    /**
     * A steady rate of connections holds as many ports as are opened in the time one is held, so a rise alone ends by
     * itself; it goes on to the end if more are opened than can be sustained, or if connections are not closed.
     */
    private Forecast ports(DestinationStats to, Limits limits) {
        Ports ports = to.ports();
        Since since = history.destinations.since(to.name(), Histories.TO_CONNECTIONS, CONNECTIONS);
        double rate = since.perSecond(Histories.TO_CONNECTIONS);
        double sustainable = sustainable(to, since, limits);
        int used = ports.total() - ports.left();
        double rise = trend(to.name(), used);
        double openRise = trend(to.name() + " open", Math.max(ports.used() - ports.timeWait(), 0));
        double left = rate > sustainable ? left(ports.left(), rise) : left(ports.left(), Math.min(openRise, rise));
        return new Forecast("ports to " + to.name(), to.name(), used, ports.total(), rise, left, rate, sustainable);
    }

    private double sustainable(DestinationStats to, Since since, Limits limits) {
        long ended = since.of(Histories.TO_ENDED);
        double endedByUs = ended == 0 ? 1 : (double) since.of(Histories.TO_ENDED_BY_US) / ended;
        long lived = 0;
        long lifetimeMillis = 0;
        for (UsageStats usage : to.usages()) {
            Since by = history.usages.back(Histories.key(to, usage), since.samples());
            lived += by.of(Histories.BY_ENDED);
            lifetimeMillis += by.of(Histories.BY_LIFETIME_MILLIS);
        }
        double lifetime = lived == 0 ? 0 : lifetimeMillis / 1000.0 / lived;
        double held = lifetime + endedByUs * timeWaitSeconds(to, limits);
        return held <= 0 ? Double.POSITIVE_INFINITY : to.ports().total() / held;
    }

    /** How long a port in TIME_WAIT is kept from a new connection (tcp_twsk_unique in net/ipv4/tcp_ipv4.c). */
    private static double timeWaitSeconds(DestinationStats to, Limits limits) {
        boolean reuses =
                limits.twReuse() == 1 || (limits.twReuse() == 2 && to.endpoint().isLoopback());
        return reuses ? Math.max(limits.twReuseDelayMillis(), 0) / 1000.0 : TIME_WAIT_SECONDS;
    }

    private double trend(String what, long value) {
        Trend trend = trends.getOrDefault(what, new Trend());
        next.put(what, trend);
        trend.add(nanos, value);
        return trend.perSecond();
    }

    private static double left(long left, double rise) {
        return left <= 0 ? 0 : rise <= 0 ? Double.POSITIVE_INFINITY : left / rise;
    }
}
