package dev.tcphealth.mbean;

import java.util.Map;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import javax.management.openmbean.TabularDataSupport;
import javax.management.openmbean.TabularType;

/** A map as an MXBean shows one (package description of javax.management, "MXBean type mapping"): tools know it. */
final class KeysAndValues {

    private static final String[] COLUMNS = {"key", "value"};

    private KeysAndValues() {}

    static TabularData table(String name, Map<String, String> map) {
        try {
            CompositeType rowType = new CompositeType(
                    name + " row",
                    "One of the " + name,
                    COLUMNS,
                    new String[] {"its name", "its value"},
                    new OpenType<?>[] {SimpleType.STRING, SimpleType.STRING});
            TabularDataSupport table = new TabularDataSupport(
                    new TabularType(name, name + " in force", rowType, new String[] {COLUMNS[0]}));
            for (Map.Entry<String, String> entry : map.entrySet()) {
                table.put(new CompositeDataSupport(rowType, COLUMNS, new Object[] {entry.getKey(), entry.getValue()}));
            }
            return table;
        } catch (OpenDataException e) {
            throw new IllegalStateException(e);
        }
    }
}
