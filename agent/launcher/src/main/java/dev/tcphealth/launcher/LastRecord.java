package dev.tcphealth.launcher;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.Map;

/**
 * {@code java.lang.runtime.ObjectMethods} keeps the last types it made equals, hashCode and toString of a record for
 * (MethodHandle.asTypeCache), and with them their class loader: on JDK 17 for ever, on later ones softly. This record
 * takes the place of the agent's, so that the agent's loader can go. It must be made anew each time, as a record's own
 * methods ask once.
 */
record LastRecord(String component) {

    static void takePlace() throws Exception {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle getter = lookup.findGetter(LastRecord.class, "component", String.class);
        Map<String, MethodType> methods = Map.of(
                "equals", MethodType.methodType(boolean.class, LastRecord.class, Object.class),
                "hashCode", MethodType.methodType(int.class, LastRecord.class),
                "toString", MethodType.methodType(String.class, LastRecord.class));
        for (Map.Entry<String, MethodType> method : methods.entrySet()) {
            try {
                ObjectMethods.bootstrap(
                        lookup, method.getKey(), method.getValue(), LastRecord.class, "component", getter);
            } catch (Throwable t) {
                throw new IllegalStateException("the JDK does not make " + method, t);
            }
        }
    }
}
