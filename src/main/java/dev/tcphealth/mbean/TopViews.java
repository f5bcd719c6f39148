package dev.tcphealth.mbean;

import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.report.Facts;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The MBeans that show a row each of one table: the top ones. Not thread-safe.
 *
 * @param <R> the row
 */
final class TopViews<R> {
    private record View<R>(String name, Row<R> row, Object view) {}

    private final Function<Snapshot, List<R>> table;
    private final Top.Kind<R> kind;
    private final Function<R, String> name;
    private final Function<Row<R>, Object> make;
    private final Top<R> top;
    private final Map<Object, View<R>> views = new HashMap<>();

    /**
     * None yet.
     *
     * @param most how many at the same time; see {@link Top}
     * @param name what an MBean is called by: no two may have the same at one time, and it is asked once only
     * @param make makes the MBean of a row
     */
    TopViews(
            int most,
            Function<Snapshot, List<R>> table,
            Top.Kind<R> kind,
            Function<R, String> name,
            Function<Row<R>, Object> make) {
        this.table = table;
        this.kind = kind;
        this.name = name;
        this.make = make;
        this.top = new Top<>(most, kind);
    }

    /** Shows a Snapshot from now on; gives the MBeans there are to be, by name. */
    Map<String, Object> show(Snapshot snapshot) {
        List<R> rows = table.apply(snapshot);
        Set<Object> keys = top.choose(rows, snapshot.at());
        views.keySet().retainAll(keys);
        double seconds = Facts.seconds(snapshot.interval());
        Map<Object, R> present = new HashMap<>();
        for (R row : rows) {
            Object key = kind.key().apply(row);
            if (keys.contains(key)) {
                present.put(key, row);
                views.computeIfAbsent(key, k -> view(row));
            }
        }
        Map<String, Object> named = new LinkedHashMap<>();
        views.forEach((key, view) -> {
            view.row.set(present.get(key), seconds, snapshot.trafficAge().isZero());
            named.put(view.name, view.view);
        });
        return named;
    }

    private View<R> view(R row) {
        Row<R> shown = new Row<>();
        return new View<>(name.apply(row), shown, make.apply(shown));
    }
}
