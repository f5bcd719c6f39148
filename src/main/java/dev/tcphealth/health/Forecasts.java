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

/**
 * Forecasts when ports, descriptors and the kernel's tables will be exhausted. Is shown every Snapshot, on one thread. A
 * time is given only with {@link Trend#HISTORY_SECONDS} of history, and where much is used or little time is left.
 */
final class Forecasts {

    static final String DESCRIPTORS = "descriptors";
    static final String TIME_WAIT = "sockets in TIME_WAIT";
    static final String ORPHANS = "orphans";

    /** Destinations that are forecast: those nearest to the end. */
    static final int MOST = 50;

    /** TCP_TIMEWAIT_LEN in include/net/tcp.h: no setting changes it. */
    private static final double TIME_WAIT_SECONDS = 60;

    private static final double MUCH_PERCENT = 5;
    private static final double LITTLE_SECONDS = 24 * 3600;

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
            Trend trend = trend(what, used, limit);
            double left = shown(left(limit - used, trend.perSecond()), used, limit);
            all.add(new Forecast(
                    what,
                    "",
                    used,
                    limit,
                    trend.perSecond(),
                    left > heldSeconds ? Double.POSITIVE_INFINITY : left,
                    Double.POSITIVE_INFINITY,
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
        Trend all = trend(to.name(), used, ports.total());
        Trend open = trend(to.name() + " open", Math.max(ports.used() - ports.timeWait(), 0), ports.total());
        boolean tooFast = rate > sustainable;
        double rise = tooFast ? all.perSecond() : Math.min(open.perSecond(), all.perSecond());
        double ofLate = tooFast ? all.perSecondOfLate() : Math.min(open.perSecondOfLate(), all.perSecondOfLate());
        return new Forecast(
                "ports to " + to.name(),
                to.name(),
                used,
                ports.total(),
                all.perSecond(),
                shown(left(ports.left(), rise), used, ports.total()),
                left(ports.left(), ofLate),
                rate,
                sustainable);
    }

    /** Infinite where what is used and the time left are so far from the end that any forecast is a guess. */
    private static double shown(double left, long used, long limit) {
        boolean much = 100.0 * used / limit >= MUCH_PERCENT;
        return left == 0 || much || left < LITTLE_SECONDS ? left : Double.POSITIVE_INFINITY;
    }

    /** NaN where no connection has ended: nobody knows how long they hold a port. */
    private double sustainable(DestinationStats to, Since since, Limits limits) {
        long ended = since.of(Histories.TO_ENDED);
        long lived = 0;
        long lifetimeMicros = 0;
        for (UsageStats usage : to.usages()) {
            Since by = history.usages.back(Histories.key(to, usage), since.samples());
            lived += by.of(Histories.BY_ENDED);
            lifetimeMicros += by.of(Histories.BY_LIFETIME_MICROS);
        }
        if (ended == 0 || lived == 0) {
            return Double.NaN;
        }
        double endedByUs = (double) since.of(Histories.TO_ENDED_BY_US) / ended;
        double lifetime = lifetimeMicros / 1e6 / lived;
        double held = lifetime + endedByUs * timeWaitSeconds(to, limits);
        return held <= 0 ? Double.POSITIVE_INFINITY : to.ports().total() / held;
    }

    /** How long a port in TIME_WAIT is kept from a new connection (tcp_twsk_unique in net/ipv4/tcp_ipv4.c). */
    private static double timeWaitSeconds(DestinationStats to, Limits limits) {
        boolean reuses =
                limits.twReuse() == 1 || (limits.twReuse() == 2 && to.endpoint().isLoopback());
        return reuses ? Math.max(limits.twReuseDelayMillis(), 0) / 1000.0 : TIME_WAIT_SECONDS;
    }

    /**
     * What would be exhausted within a day has come to this share of its limit after the history that a forecast needs:
     * below that no value is kept.
     */
    private Trend trend(String what, long used, long limit) {
        Trend trend = trends.getOrDefault(what, new Trend());
        if (used >= limit * Trend.HISTORY_SECONDS / LITTLE_SECONDS) {
            next.put(what, trend);
            trend.add(nanos, used);
        } else {
            return new Trend();
        }
        return trend;
    }

    private static double left(long left, double rise) {
        return left <= 0 ? 0 : rise > 0 ? left / rise : Double.POSITIVE_INFINITY;
    }
}
