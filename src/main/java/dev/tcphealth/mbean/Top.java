package dev.tcphealth.mbean;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Which rows of a table have an MBean of their own: the first ones that are not idle. An MBean that somebody plots must
 * not come and go with every change of the order, so a row that has dropped out, is idle or is gone stays for
 * {@link #LINGER}. At most twice as many as are first have one: beyond, who dropped out longest ago goes first.
 */
final class Top<R> {
    static final Duration LINGER = Duration.ofMinutes(10);

    /**
     * What is asked of a row.
     *
     * @param key tells it from the others, the same in every Snapshot
     * @param now what it has now, such as open sockets
     * @param total what only rises while it is used, but for a reset
     */
    record Kind<R>(Function<R, Object> key, Function<R, Long> now, Function<R, Long> total) {}

    private final int most;
    private final Kind<R> kind;
    private final Map<Object, Long> totals = new HashMap<>();
    /** When a row was last among the first; in the order of that, oldest first. */
    private final LinkedHashMap<Object, Instant> chosen = new LinkedHashMap<>();

    Top(int most, Kind<R> kind) {
        this.most = most;
        this.kind = kind;
    }

    /**
     * Chooses anew.
     *
     * @param rows what hurts most first
     * @return the keys of the rows to show, whether they are in {@code rows} or were
     */
    Set<Object> choose(List<R> rows, Instant now) {
        List<Object> first = first(rows);
        for (Object key : first) {
            chosen.remove(key);
            chosen.put(key, now);
        }
        Iterator<Instant> since = chosen.values().iterator();
        while (since.hasNext()) {
            Instant at = since.next();
            if (chosen.size() > 2 * most || !at.plus(LINGER).isAfter(now)) {
                since.remove();
            } else {
                break;
            }
        }
        return new HashSet<>(chosen.keySet());
    }

    private List<Object> first(List<R> rows) {
        List<Object> first = new ArrayList<>();
        Set<Object> present = new HashSet<>();
        for (R row : rows) {
            Object key = kind.key.apply(row);
            present.add(key);
            long total = kind.total.apply(row);
            Long before = totals.put(key, total);
            boolean active = before == null || before != total || kind.now.apply(row) > 0;
            if (active && first.size() < most) {
                first.add(key);
            }
        }
        totals.keySet().retainAll(present);
        return first;
    }
}
