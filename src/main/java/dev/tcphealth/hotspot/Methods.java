package dev.tcphealth.hotspot;

import java.lang.reflect.Method;
import java.util.Set;

/** HotSpot's structures for methods. See InstanceKlass::method_with_idnum in hotspot/share/oops/instanceKlass.cpp. */
final class Methods {

    static final Set<String> TYPES = Set.of("InstanceKlass", "Array<Method*>", "Method", "ConstMethod");

    private static final int UNSIGNED_SHORT = 0xffff;

    private final JvmMemory memory;
    private final Klasses klasses;
    private final long methods;
    private final long firstMethod;
    private final long constMethod;
    private final long number;

    /** @throws UnsupportedOperationException if this JVM does not tell enough */
    Methods(JvmMemory memory, VmStructs structs, Klasses klasses) {
        this.memory = memory;
        this.klasses = klasses;
        this.methods = structs.of("InstanceKlass", "_methods");
        this.firstMethod = structs.of("Array<Method*>", "_data");
        this.constMethod = structs.of("Method", "_constMethod");
        this.number = structs.of("ConstMethod", "_method_idnum");
    }

    /**
     * The address of a method's structure, which stays where it is while its class is loaded and not redefined.
     *
     * @throws UnsupportedOperationException if it is not where it should be
     */
    long address(Method method) {
        int slot = memory.slot(method);
        long array = memory.word(klasses.address(method.getDeclaringClass()) + methods);
        long address = slot >= 0 && slot < memory.int32(array) ? memory.word(array + firstMethod + 8L * slot) : 0;
        if (address == 0 || (memory.int32(memory.word(address + constMethod) + number) & UNSIGNED_SHORT) != slot) {
            throw new UnsupportedOperationException(method + " is not where it is known to be");
        }
        return address;
    }
}
