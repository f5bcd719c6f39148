package com.example;

import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Makes stacks: every turn is a call, and there are two methods with the same calls. */
@SuppressWarnings("DuplicateBranches") // two calls in one line differ in the byte code only
public final class Maze implements BiFunction<int[], Supplier<Object>, Object> {

    /** How many turns there are to choose from; the last two are calls in one line. */
    public static final int TURNS = 5;

    @Override
    public Object apply(int[] turns, Supplier<Object> end) {
        return left(turns, 0, end);
    }

    private static Object left(int[] turns, int at, Supplier<Object> end) {
        if (at == turns.length) {
            return end.get();
        }
        return switch (turns[at]) {
            case 0 -> left(turns, at + 1, end);
            case 1 -> right(turns, at + 1, end);
            case 2 ->
                // another line
                left(turns, at + 1, end);
            default -> 3 == turns[at] ? right(turns, at + 1, end) : right(turns, at + 1, end);
        };
    }

    private static Object right(int[] turns, int at, Supplier<Object> end) {
        if (at == turns.length) {
            return end.get();
        }
        return switch (turns[at]) {
            case 0 -> left(turns, at + 1, end);
            case 1 -> right(turns, at + 1, end);
            case 2 ->
                // another line
                left(turns, at + 1, end);
            default -> 3 == turns[at] ? right(turns, at + 1, end) : right(turns, at + 1, end);
        };
    }
}
