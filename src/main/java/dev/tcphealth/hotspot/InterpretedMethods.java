package dev.tcphealth.hotspot;

import java.lang.StackWalker.StackFrame;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The methods (Method) of the interpreted frames of one stack, and of which classes they are: the addresses in such
 * frames mean what they meant for as long as these classes are the same.
 *
 * <p>HotSpot's structures lead from a method to the structure of its class, but to no object; so the stack is walked for
 * the classes on it, hidden ones as well. That costs several times what capturing the stack does, once for each trace.
 */
final class InterpretedMethods {

    private static final LoadedClass[] NONE = {};

    private final Methods methods;
    private final JvmMemory memory;
    private long[] addresses = new long[16];
    private int count;

    InterpretedMethods(JvmMemory memory, Methods methods) {
        this.memory = memory;
        this.methods = methods;
    }

    void add(long method) {
        for (int i = 0; i < count; i++) {
            if (addresses[i] == method) {
                return;
            }
        }
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * count);
        }
        addresses[count++] = method;
    }

    /**
     * The classes of these methods, which are on the stack of the current thread.
     *
     * @return null if one is not found, or one of the methods is no longer its class's: the class was redefined, and the
     *     method is freed when it ends
     */
    LoadedClass @Nullable [] classes() {
        if (count == 0) {
            return NONE;
        }
        Search search = new Search();
        memory.walk(search);
        LoadedClass[] found = new LoadedClass[count];
        int classes = 0;
        for (int i = 0; i < count; i++) {
            Class<?> type = search.types[i];
            if (type == null) {
                return null;
            }
            int redefinitions = memory.redefinitions(type);
            if (!methods.isOf(addresses[i], type) || memory.redefinitions(type) != redefinitions) {
                return null;
            }
            if (search.firstOf(i) == i) {
                found[classes++] = new LoadedClass(type, redefinitions);
            }
        }
        return Arrays.copyOf(found, classes);
    }

    /** No lambda: it is called deep within the application's stacks. */
    private final class Search implements Consumer<StackFrame> {

        private final long[] holders = new long[count];
        private final Class<?>[] types = new Class<?>[count];
        private int missing = count;

        Search() {
            for (int i = 0; i < count; i++) {
                holders[i] = methods.holder(addresses[i]);
            }
        }

        @Override
        public void accept(StackFrame frame) {
            if (missing == 0) {
                return;
            }
            Class<?> type = frame.getDeclaringClass();
            long address = methods.address(type);
            for (int i = 0; i < count; i++) {
                if (holders[i] == address && types[i] == null) {
                    types[i] = type;
                    missing--;
                }
            }
        }

        /** The first method of the same class. */
        int firstOf(int index) {
            int first = 0;
            while (holders[first] != holders[index]) {
                first++;
            }
            return first;
        }
    }
}
