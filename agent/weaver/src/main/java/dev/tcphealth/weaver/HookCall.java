package dev.tcphealth.weaver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of the hook that is woven into a method.
 *
 * @param at when it is called
 * @param onlyIf a boolean that must be true, or null for always
 * @param method the hook's
 * @param descriptor of that method
 * @param arguments what it is given
 */
record HookCall(At at, @Nullable Value onlyIf, String method, String descriptor, List<Value> arguments) {

    enum At {
        /** Before the method's own first instruction. */
        ENTRY,
        /** When the method returns; not when it throws. */
        RETURN,
        /** When the method throws; it goes on to throw the same. */
        THROW
    }

    /** What woven code can give to the hook. */
    enum Value {
        ARGUMENT_0(0),
        ARGUMENT_1(1),
        ARGUMENT_2(2),
        ARGUMENT_3(3),
        THIS,
        /** The field {@code fd} of the object whose method is woven. */
        FD_FIELD,
        RETURNED,
        THROWN,
        FALSE,
        TRUE;

        private final int argument;

        Value() {
            this(-1);
        }

        Value(int argument) {
            this.argument = argument;
        }

        boolean isArgument() {
            return argument >= 0;
        }

        /** Which one, from 0 */
        int argument() {
            return argument;
        }
    }

    static HookCall onEntry(String method, String descriptor, Value... arguments) {
        return new HookCall(At.ENTRY, null, method, descriptor, List.of(arguments));
    }

    static HookCall onReturn(String method, String descriptor, Value... arguments) {
        return new HookCall(At.RETURN, null, method, descriptor, List.of(arguments));
    }

    static HookCall onThrow(String method, String descriptor, Value... arguments) {
        return new HookCall(At.THROW, null, method, descriptor, List.of(arguments));
    }

    HookCall onlyIf(Value condition) {
        return new HookCall(at, condition, method, descriptor, arguments);
    }

    boolean needs(Value value) {
        return arguments.contains(value) || value.equals(onlyIf);
    }
}
