package dev.tcphealth.hotspot;

import java.lang.reflect.Method;
import java.util.Set;

/** HotSpot's structures for methods. See InstanceKlass::method_with_idnum in hotspot/share/oops/instanceKlass.cpp. */
final class Methods {

    static final Set<String> TYPES = Set.of("InstanceKlass", "Array<Method*>", "Method", "ConstMethod", "ConstantPool");

    private static final int UNSIGNED_SHORT = 0xffff;

    private final JvmMemory memory;
    private final Klasses klasses;
    private final long methods;
    private final long firstMethod;
    private final long constMethod;
    private final long number;
    private final long constants;
    private final long holder;

    /** @throws UnsupportedOperationException if this JVM does not tell enough */
    Methods(JvmMemory memory, VmStructs structs, Klasses klasses) {
        this.memory = memory;
        this.klasses = klasses;
        this.methods = structs.of("InstanceKlass", "_methods");
        this.firstMethod = structs.of("Array<Method*>", "_data");
        this.constMethod = structs.of("Method", "_constMethod");
        this.number = structs.of("ConstMethod", "_method_idnum");
        this.constants = structs.of("ConstMethod", "_constants");
        this.holder = structs.of("ConstantPool", "_pool_holder");
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

    /** The address of a class's structure. */
    long address(Class<?> type) {
        return klasses.address(type);
    }

    /** The address of the structure of the class that a method is of; the method must be on the current thread's stack. */
    long holder(long method) {
        return memory.word(memory.word(memory.word(method + constMethod) + constants) + holder);
    }

    /**
     * Whether a method is among those of a class as it is now, and not of a version before. To be asked twice around this
     * whether the class was redefined: what this reads stays in the memory of the class, and is of use if it was not.
     */
    boolean isOf(long method, Class<?> type) {
        int redefinitions = memory.redefinitions(type);
        long array = memory.word(klasses.address(type) + methods);
        int length = memory.int32(array);
        if (memory.redefinitions(type) != redefinitions || length < 0 || length > UNSIGNED_SHORT) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (memory.word(array + firstMethod + 8L * i) == method) {
                return true;
            }
        }
        return false;
    }
}
