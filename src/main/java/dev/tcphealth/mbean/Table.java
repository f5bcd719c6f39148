package dev.tcphealth.mbean;

import dev.tcphealth.report.Facts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;

/**
 * Rows of values as TabularData.
 *
 * <p>The index is the column {@value #RANK}, 1 for the first row: JConsole and VisualVM show one row at a time and sort
 * them by the index (sun.tools.jconsole.inspector.XOpenTypeViewer.TabularDataComparator), so with any other index a
 * person would have to leaf through the table to find the row that hurts most.
 */
final class Table<R> {

    static final String RANK = "Rank";

    record Column<R>(String name, String description, SimpleType<?> type, Function<R, Object> value) {

        /**
         * The row in words. JMX sorts the columns of a row by name (CompositeType), and JConsole shows seven of them at
         * a time: by its name this one comes first.
         */
        static <R> Column<R> about(String description, Function<R, Object> value) {
            return text("About", description, value);
        }

        static <R> Column<R> text(String name, String description, Function<R, Object> value) {
            return new Column<>(name, description, SimpleType.STRING, value);
        }

        static <R> Column<R> whole(String name, String description, Function<R, Object> value) {
            return new Column<>(name, description, SimpleType.INTEGER, value);
        }

        static <R> Column<R> count(String name, String description, Function<R, Object> value) {
            return new Column<>(name, description, SimpleType.LONG, value);
        }

        static <R> Column<R> flag(String name, String description, Function<R, Object> value) {
            return new Column<>(name, description, SimpleType.BOOLEAN, value);
        }

        static <R> Column<R> number(String name, String description, ToDoubleFunction<R> value) {
            return new Column<>(name, description, SimpleType.DOUBLE, row -> Rounded.of(value.applyAsDouble(row)));
        }
    }

    private final List<Column<R>> columns;
    private final TabularType type;
    private final CompositeType rowType;
    private final CompositeType singleType;

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    Table(String rowName, String description, List<Column<R>>... groups) {
        columns = Stream.of(groups).flatMap(List::stream).toList();
        List<Column<?>> all = new ArrayList<>(columns);
        all.add(0, Column.whole(RANK, "1 for the row that hurts most", row -> row));
        try {
            rowType = type(rowName, description, all);
            singleType = type(rowName, description, columns);
            type = new TabularType(rowName + " table", description, rowType, new String[] {RANK});
        } catch (OpenDataException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CompositeType type(String name, String description, List<? extends Column<?>> columns)
            throws OpenDataException {
        return new CompositeType(
                name,
                description,
                columns.stream().map(Column::name).toArray(String[]::new),
                columns.stream().map(Column::description).toArray(String[]::new),
                columns.stream().map(Column::type).toArray(OpenType<?>[]::new));
    }

    /** One row by itself, without a rank. */
    CompositeData row(R row) {
        Map<String, Object> values = new LinkedHashMap<>();
        columns.forEach(column -> values.put(column.name(), column.value().apply(row)));
        try {
            return new CompositeDataSupport(singleType, values);
        } catch (OpenDataException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param rows what hurts most first; of them the first {@link Facts#MOST_ROWS} are in the table */
    TabularData of(List<R> rows) {
        TabularDataSupport table = new TabularDataSupport(type);
        int rank = 1;
        for (R row : Facts.most(rows)) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put(RANK, rank++);
            columns.forEach(column -> values.put(column.name(), column.value().apply(row)));
            try {
                table.put(new CompositeDataSupport(rowType, values));
            } catch (OpenDataException e) {
                throw new IllegalStateException(e);
            }
        }
        return table;
    }
}
