package dev.tcphealth.connection;

import com.example.Maze;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Asks for the code paths of many stacks twice, by their identity and as StackWalker shows them, and fails where the two
 * differ. Run by this JVM and by those of other versions.
 */
final class StackOracle {

    private static final int[] DEPTHS = {1, 2, 5, 26, 31, 32, 33, 64, 200};

    private StackOracle() {}

    public static void main(String[] args) {
        System.out.println("compared " + compare(new Random(7), 2000));
    }

    /** Gives how many different code paths there were. */
    static int compare(Random random, int stacks) {
        int found = 0;
        for (int depth : DEPTHS) {
            for (List<String> app : List.of(List.<String>of(), List.of("com.example."))) {
                CodePaths fast = new CodePaths(100_000, depth, app, new BacktraceField());
                CodePaths slow = new CodePaths(100_000, depth, app, of -> null);
                if (!fast.fast() || slow.fast()) {
                    throw new AssertionError("the layout of this JVM's backtraces is not understood");
                }
                for (int i = 0; i < stacks / DEPTHS.length; i++) {
                    int[] turns = turns(random);
                    List<CodePath> three = new ArrayList<>();
                    for (CodePaths each : List.of(slow, fast, fast)) {
                        three.add(at(each, turns));
                    }
                    requireAlike(three.get(0), three.get(1));
                    requireAlike(three.get(0), three.get(2));
                }
                found += fast.all().size();
            }
        }
        return found;
    }

    private static void requireAlike(CodePath expected, CodePath actual) {
        if (!actual.frames().equals(expected.frames()) || !actual.name().equals(expected.name())) {
            throw new AssertionError(expected.frames() + "\nbut\n" + actual.frames());
        }
    }

    /** Most end alike, so that many stacks share their first frames. */
    private static int[] turns(Random random) {
        int[] turns = new int[random.nextInt(80)];
        int alike = random.nextInt(80);
        for (int i = 0; i < turns.length; i++) {
            turns[i] = turns.length - i < alike ? 0 : random.nextInt(Maze.TURNS);
        }
        return turns;
    }

    private static CodePath at(CodePaths paths, int... turns) {
        return (CodePath) new Maze().apply(turns, paths::current);
    }
}
