package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.Catalogue;
import com.example.Checkout;
import com.example.Maze;
import com.sun.management.ThreadMXBean;
import dev.tcphealth.connection.CodePaths.BacktraceReader;
import dev.tcphealth.connection.KnownStacks.Note;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodePathsTest {

    private static final BacktraceReader READER = new BacktraceField();

    private final CodePaths paths = codePaths(1000, 200);

    private static CodePaths codePaths(int limit, int depth) {
        CodePaths made = new CodePaths(limit, depth, List.of(), READER);
        assertThat(made.fast()).isTrue();
        return made;
    }

    @Test
    void agreesWithStackWalkerOnManyStacks() throws Exception {
        assertThat(onOwnThread(() -> StackOracle.compare(new Random(42), 8000))).isGreaterThan(1000);
    }

    static List<Jdk> jdks() {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void agreesWithStackWalkerOnEveryJdk(Jdk jdk) throws IOException, InterruptedException {
        List<String> command = List.of(
                jdk.tool("java"),
                "-XX:TieredStopAtLevel=1",
                "--add-exports",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                StackOracle.class.getName());
        try (ChildProcess child = ChildProcess.start(command)) {
            assertThat(child.line()).startsWith("compared ");
        }
    }

    @Test
    void theSameStackIsTheSamePath() throws Exception {
        CodePath path = walk(paths, 0, 1, 2);
        assertThat(walk(paths, 0, 1, 2)).isSameAs(path);
        assertThat(walk(paths, 0, 1, 1)).isNotSameAs(path);
        assertThat(path.name()).matches("com\\.example\\.Maze\\.left\\(Maze\\.java:\\d+\\)");
        assertThat(path.frames()).first().isEqualTo(path.name());
        assertThat(path.frames().stream().filter(frame -> frame.startsWith("com.example.")))
                .hasSize(3 + 3);
    }

    @Test
    void recursionIsToldApartByItsDepth() throws Exception {
        Set<CodePath> found = new HashSet<>();
        for (int depth = 0; depth < 100; depth++) {
            found.add(walk(paths, new int[depth]));
        }
        assertThat(found).hasSize(100);
        for (int depth = 99; depth >= 0; depth--) {
            assertThat(found).contains(walk(paths, new int[depth]));
        }
    }

    /** The JVM keeps a stack in chunks of 32 frames, and at most 32 are hashed. */
    @Test
    void stacksThatBeginAlikeAreToldApart() throws Exception {
        for (int alike = 0; alike < 70; alike++) {
            CodePath one = walk(paths, turns(1, alike));
            CodePath other = walk(paths, turns(2, alike));
            assertThat(one).as("%s frames alike", alike).isNotSameAs(other);
            assertThat(walk(paths, turns(1, alike))).isSameAs(one);
            assertThat(walk(paths, turns(2, alike))).isSameAs(other);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 31, 32, 33, 40})
    void whatDiffersBelowTheDepthIsOnePath(int depth) throws Exception {
        CodePaths few = codePaths(1000, depth);
        CodePath one = walk(few, turns(0, depth - 1));
        assertThat(walk(few, turns(2, depth - 1))).isSameAs(one);
        if (depth >= 32) {
            assertThat(few.entries()).as("no more is looked at").isEqualTo(1);
        }
        assertThat(walk(few, turns(2, depth))).isSameAs(one);
        assertThat(walk(few, 1)).isNotSameAs(one);
        assertThat(one.frames()).hasSize(depth);
    }

    @Test
    void twoCallsInOneLineAreOnePath() throws Exception {
        CodePath path = walk(paths, 3, 0);
        assertThat(walk(paths, 4, 0)).isSameAs(path);
        assertThat(walk(paths, 4, 0)).isSameAs(path);
    }

    @Test
    void classesOfTheSameShapeAreToldApart() throws Exception {
        CodePath one = onOwnThread(() -> Checkout.call(paths::current));
        CodePath other = onOwnThread(() -> Catalogue.call(paths::current));
        assertThat(one.name()).startsWith("com.example.Checkout.call(");
        assertThat(other.name()).startsWith("com.example.Catalogue.call(");
    }

    /** As when a web application is deployed again and again: nothing keeps what was. */
    @Test
    void aClassOfTheSameNameIsTheSamePathAndNoLoaderIsHeld() throws Exception {
        CodePath path = walk(paths, 0, 1);
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            loaders.add(walkInOwnLoader(path));
        }
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    System.gc();
                    return loaders.stream().allMatch(loader -> loader.get() == null);
                });
        walkInOwnLoader(path);
        assertThat(walk(paths, 0, 1)).isSameAs(path);
        assertThat(paths.entries()).as("the dead ones are forgotten").isEqualTo(2);
    }

    private WeakReference<ClassLoader> walkInOwnLoader(CodePath expected) throws Exception {
        URL classes = Maze.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, null)) {
            Object maze = loader.loadClass(Maze.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(maze).isNotInstanceOf(Maze.class);
            @SuppressWarnings("unchecked") // it is a Maze
            BiFunction<int[], Supplier<Object>, Object> walk = (BiFunction<int[], Supplier<Object>, Object>) maze;
            for (int again = 0; again < 2; again++) {
                assertThat(walk(walk, paths, 0, 1)).isSameAs(expected);
            }
            return new WeakReference<>(loader);
        }
    }

    /** A stack can begin as one of the JDK's alone does, and have the application's frames below. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theJdksOwnStackIsNotMistakenForTheApplications(boolean jdkFirst) throws Exception {
        CodePaths shallow = codePaths(100, 1);
        if (jdkFirst) {
            assertThat(byJdk(shallow).name()).startsWith("java.util.concurrent.FutureTask.run(");
        }
        assertThat(byApplication(shallow).name()).startsWith("com.example.Checkout.call(");
        assertThat(byJdk(shallow).name()).startsWith("java.util.concurrent.FutureTask.run(");
        assertThat(byApplication(shallow).name()).startsWith("com.example.Checkout.call(");
    }

    /** A whole stack can be the begin of another: a thread's run method can be called by anybody. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStackThatGoesOnIsNotMistakenForOneThatEnds(boolean jdkFirst) throws Exception {
        if (jdkFirst) {
            byJdksThread(paths);
        }
        CodePath application = byApplicationsThread(paths);
        assertThat(application.name()).startsWith("com.example.Checkout.call(");
        assertThat(byJdksThread(paths).name()).startsWith("java.util.concurrent.FutureTask.run(");
        assertThat(byApplicationsThread(paths)).isSameAs(application);
    }

    private static CodePath byJdksThread(CodePaths of) throws Exception {
        FutureTask<CodePath> task = new FutureTask<>(of::current);
        new Thread(within20(task)).start();
        return task.get();
    }

    /** More frames than are hashed. */
    private static Runnable within20(FutureTask<?> task) {
        FutureTask<?> outer = task;
        for (int i = 0; i < 20; i++) {
            outer = new FutureTask<>(Executors.callable(outer));
        }
        return outer;
    }

    private static CodePath byApplicationsThread(CodePaths of) throws Exception {
        FutureTask<CodePath> task = new FutureTask<>(of::current);
        onOwnThread(() -> Checkout.call(Executors.callable(new Thread(within20(task)))));
        return task.get();
    }

    private static CodePath byJdk(CodePaths of) throws Exception {
        FutureTask<CodePath> task = new FutureTask<>(of::current);
        Thread thread = new Thread(task);
        thread.start();
        return task.get();
    }

    private static CodePath byApplication(CodePaths of) throws Exception {
        FutureTask<CodePath> task = new FutureTask<>(of::current);
        onOwnThread(() -> Checkout.call(Executors.callable(task)));
        return task.get();
    }

    @Test
    void pastTheLimitAllOthersAreOne() throws Exception {
        CodePaths few = codePaths(10, 200);
        List<CodePath> found = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            found.add(walk(few, new int[i]));
        }
        assertThat(few.all()).hasSize(10).extracting(CodePath::id).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(found.subList(0, 7))
                .doesNotHaveDuplicates()
                .isEqualTo(few.all().subList(3, 10));
        assertThat(found.subList(7, 20)).allMatch(path -> path == few.all().get(0));
        assertThat(few.all().get(0).name()).isEqualTo("(other code paths)");
        for (int i = 0; i < 20; i++) {
            assertThat(walk(few, new int[i])).isSameAs(found.get(i));
        }
    }

    @Test
    void theLimitHoldsForThreadsThatReachItAtOnce() throws Exception {
        for (int round = 0; round < 50; round++) {
            CodePaths few = codePaths(10, 200);
            CountDownLatch go = new CountDownLatch(1);
            List<FutureTask<Boolean>> tasks = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int first = t % Maze.TURNS;
                tasks.add(start(() -> {
                    go.await();
                    for (int i = 0; i < 10; i++) {
                        at(new Maze(), few, turns(first, i));
                    }
                    return true;
                }));
            }
            go.countDown();
            for (FutureTask<Boolean> task : tasks) {
                task.get();
            }
            assertThat(few.all()).extracting(CodePath::id).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }
    }

    @Test
    void remembersNoMoreStacksThanItsBound() throws Exception {
        CodePaths few = codePaths(10, 200);
        for (int i = 0; i < 200; i++) {
            walk(few, new int[i]);
        }
        assertThat(few.entries()).isEqualTo(80);
    }

    @Test
    void aKnownStackCostsLittleGarbage() throws Exception {
        for (CodePaths each : List.of(paths, codePaths(10, 200))) {
            onOwnThread(() -> {
                int[] turns = new int[60];
                for (int i = 0; i < 40; i++) {
                    at(new Maze(), each, new int[i]); // fills the small one: these are other code paths
                }
                List<Long> garbage = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    garbage.add(garbage(each, turns));
                }
                assertThat(garbage.get(2)).isLessThan(garbage.get(0) / 4).isLessThan(4000);
                return true;
            });
        }
    }

    private static long garbage(CodePaths of, int... turns) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Maze maze = new Maze();
        long before = threads.getCurrentThreadAllocatedBytes();
        maze.apply(turns, of::current);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void sixteenThreadsAtOnceCountExactly() throws Exception {
        int each = 3000;
        Random random = new Random(16);
        int[][] mazes = new int[200][];
        for (int i = 0; i < mazes.length; i++) {
            mazes[i] = random.ints(20 + random.nextInt(30), 0, Maze.TURNS).toArray();
        }
        CodePaths slow = new CodePaths(1000, 25, List.of(), of -> null);
        CodePaths fast = codePaths(1000, 25);
        Map<List<String>, Long> expected = new HashMap<>();
        for (int[] maze : mazes) {
            expected.merge(walk(slow, maze).frames(), 16L * each / mazes.length, Long::sum);
        }
        CountDownLatch go = new CountDownLatch(1);
        List<FutureTask<Boolean>> tasks = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            int offset = t * 13;
            tasks.add(start(() -> {
                go.await();
                for (int i = 0; i < each; i++) {
                    at(new Maze(), fast, mazes[(i + offset) % mazes.length])
                            .opened
                            .increment();
                }
                return true;
            }));
        }
        go.countDown();
        for (FutureTask<Boolean> task : tasks) {
            assertThat(task.get()).isTrue();
        }
        Map<List<String>, Long> counted = new HashMap<>();
        for (CodePath path : fast.all()) {
            if (path.opened.sum() > 0) {
                // The lines of the two tests' lambdas differ, the maze's are the same.
                counted.merge(path.frames(), path.opened.sum(), Long::sum);
            }
        }
        assertThat(withoutTest(counted)).isEqualTo(withoutTest(expected));
    }

    private static Map<List<String>, Long> withoutTest(Map<List<String>, Long> counts) {
        Map<List<String>, Long> without = new HashMap<>();
        counts.forEach((frames, count) -> without.merge(
                frames.stream()
                        .filter(frame -> frame.startsWith("com.example."))
                        .toList(),
                count,
                Long::sum));
        return without;
    }

    /** Whether a stack is looked at or not, its event is counted once, and what is not looked at is nobody's. */
    @Test
    void whatIsNotLookedAtCountsAsThat() throws Exception {
        Governor governor = new Governor(5, 0);
        CodePaths governed = new CodePaths(10, 200, List.of(), READER, governor);
        assertThat(walk(governed, 1).name()).startsWith("com.example.Maze.");
        assertThat(governed.all()).hasSize(4);
        lookAtFewest(governor);
        Map<String, Integer> counts = onOwnThread(() -> {
            Map<String, Integer> counting = new HashMap<>();
            for (int i = 0; i < 50 * Governor.FEWEST; i++) {
                counting.merge(at(new Maze(), governed, 1).name(), 1, Integer::sum);
            }
            return counting;
        });
        assertThat(counts).hasSize(2).containsKey(CodePaths.NOT_CAPTURED);
        assertThat(counts.values().stream().mapToInt(count -> count).sum()).isEqualTo(50 * Governor.FEWEST);
        assertThat(counts.get(CodePaths.NOT_CAPTURED)).isGreaterThan(49 * Governor.FEWEST - 500);
        assertThat(governed.all()).extracting(CodePath::id).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    }

    @Test
    void aStackThatIsMatchedIsNotPutOffByTheBudget() throws Exception {
        Governor governor = new Governor(5, 0);
        CodePaths governed = new CodePaths(10, 200, List.of(), READER, governor);
        AtomicReference<@Nullable Note> note = new AtomicReference<>();
        governed.matchBy(new KnownStacks(() -> note, () -> {}, () -> 0));
        Set<CodePath> found = onOwnThread(() -> {
            Set<CodePath> paths = new HashSet<>();
            for (int i = 0; i < 10 * KnownStacks.VERIFIED_ONE_IN; i++) {
                paths.add(at(new Maze(), governed, 1));
                if (i == 0) {
                    lookAtFewest(governor);
                }
            }
            return paths;
        });
        assertThat(found).singleElement().extracting(CodePath::name).asString().contains("com.example.Maze");
    }

    private static void lookAtFewest(Governor governor) {
        long now = 0;
        for (int i = 0; i < 20; i++) {
            now += 1_000_000_000;
            for (int look = 0; look < 2000; look++) {
                governor.looked();
            }
            governor.hooks(900_000_000, 1000, now);
        }
        assertThat(governor.oneIn()).isEqualTo(Governor.FEWEST);
    }

    @Test
    void resetClearsEveryCounter() throws Exception {
        CodePath path = walk(paths, 1);
        for (var counter : List.of(path.opened, path.accepted, path.closed, path.failed, path.closedByCollector)) {
            counter.increment();
        }
        path.tallies.add(Ending.OUR_RESET);
        paths.reset();
        assertThat(Stream.of(path.opened, path.accepted, path.closed, path.failed, path.closedByCollector))
                .allMatch(counter -> counter.sum() == 0);
        assertThat(path.tallies.of(Ending.OUR_RESET)).isZero();
        assertThat(walk(paths, 1)).isSameAs(path);
    }

    static Stream<BacktraceReader> readersNotToTrust() {
        return Stream.of(
                of -> null,
                of -> "a string",
                of -> new Object[0],
                of -> new Object[6],
                of -> new int[32],
                of -> new Object[] {new short[0], new int[0], new Object[0], null, null, null},
                of -> new Object[] {new short[32], new int[32], new Object[32], null, null, null},
                of -> new Object[] {new int[32], new int[32], of.getStackTrace(), null, null, null},
                of -> new Object[] {new short[999], new int[999], of.getStackTrace(), null, null, null},
                of -> READER.backtrace(new Throwable()),
                CodePathsTest::withoutItsSecondChunk,
                CodePathsTest::withOtherClasses);
    }

    private static Object withoutItsSecondChunk(Throwable of) {
        Object[] chunk = chunk(of).clone();
        for (int i = 4; i < chunk.length; i++) {
            chunk[i] = null;
        }
        return chunk;
    }

    private static Object withOtherClasses(Throwable of) {
        Object[] chunk = chunk(of).clone();
        Object[] mirrors = ((Object[]) chunk[2]).clone();
        Arrays.fill(mirrors, String.class);
        chunk[2] = mirrors;
        return chunk;
    }

    private static Object[] chunk(Throwable of) {
        if (READER.backtrace(of) instanceof Object[] chunk) {
            return chunk;
        }
        throw new AssertionError("no chunk");
    }

    @ParameterizedTest
    @MethodSource("readersNotToTrust")
    void whereBacktracesAreNotUnderstoodStacksAreWalked(BacktraceReader reader) throws Exception {
        CodePaths slow = onOwnThread(() -> new CodePaths(100, 32, List.of(), reader));
        assertThat(slow.fast()).isFalse();
        CodePath path = walk(slow, 0, 1);
        assertThat(path.frames()).isEqualTo(walk(paths, 0, 1).frames());
        assertThat(walk(slow, 0, 1)).isSameAs(path);
    }

    @Test
    void whereTheJvmHasNoMemoryForAStackItIsAmongTheOthers() throws Exception {
        boolean[] exhausted = {false};
        CodePaths path = new CodePaths(100, 32, List.of(), of -> exhausted[0] ? null : READER.backtrace(of));
        exhausted[0] = true;
        assertThat(walk(path, 0).name()).isEqualTo("(other code paths)");
    }

    /** A turn at the very begin, then so many calls that are the same. */
    private static int[] turns(int first, int alike) {
        int[] turns = new int[1 + alike];
        turns[0] = first;
        return turns;
    }

    /** 100,000 code paths in a row, as of generated classes: what is used again and again keeps its row and its counts. */
    @Test
    void aHundredThousandCodePathsTakeNoRowFromWhatIsUsed() throws Exception {
        CodePaths bounded = codePaths(1000, 32);
        CodePath hot = onOwnThread(() -> {
            Set<CodePath> used = new HashSet<>();
            for (int i = 0; i < 100_000; i++) {
                at(new Maze(), bounded, turns(i)).opened.increment();
                CodePath again = at(new Maze(), bounded, 0);
                used.add(again);
                again.opened.increment();
                if (i % 1000 == 0) {
                    bounded.makeRoom(i / 1000 + 1, path -> false);
                    assertThat(bounded.all()).hasSizeLessThanOrEqualTo(1000);
                }
            }
            assertThat(used).hasSize(1);
            return used.iterator().next();
        });
        assertThat(hot.opened.sum()).isEqualTo(100_000);
        assertThat(hot.retired()).isFalse();
        assertThat(bounded.retired()).isPositive();
        assertThat(bounded.entries()).isLessThanOrEqualTo(8000);
        assertThat(bounded.all().stream().mapToLong(path -> path.opened.sum()).sum())
                .isEqualTo(200_000);
        assertThat(bounded.all()).extracting(CodePath::id).doesNotHaveDuplicates();
    }

    /** Nine turns of four kinds. */
    private static int[] turns(int number) {
        int[] turns = new int[9];
        for (int i = 0; i < turns.length; i++) {
            turns[i] = (number >> (2 * i)) & 3;
        }
        return turns;
    }

    @Test
    void aNoteOnARetiredCodePathIsNoMistake() throws Exception {
        AtomicReference<@Nullable Note> note = new AtomicReference<>();
        CodePaths bounded = codePaths(10, 200);
        CodePath before = walk(bounded, 1);
        KnownStacks stacks = new KnownStacks(() -> note, () -> {}, () -> 0);
        bounded.matchBy(stacks);
        note.set(new Note(before, System.nanoTime()));
        for (int i = 0; bounded.all().size() < 10; i++) {
            walk(bounded, turns(i));
            note.set(null);
        }
        note.set(new Note(before, System.nanoTime()));
        AtomicInteger sample = new AtomicInteger();
        await().until(() -> {
            bounded.makeRoom(sample.incrementAndGet(), path -> false);
            return before.retired();
        });
        for (int i = 0; i < 10; i++) {
            CodePath after = walk(bounded, 1);
            assertThat(after.retired()).isFalse();
            assertThat(after.frames()).isEqualTo(before.frames());
        }
        assertThat(stacks.mistakes()).isZero();
    }

    private static CodePath walk(CodePaths of, int... turns) throws Exception {
        return walk(new Maze(), of, turns);
    }

    /** On a thread of its own, so that nothing of the test is below. */
    private static CodePath walk(BiFunction<int[], Supplier<Object>, Object> maze, CodePaths of, int... turns)
            throws Exception {
        return onOwnThread(() -> at(maze, of, turns));
    }

    private static CodePath at(BiFunction<int[], Supplier<Object>, Object> maze, CodePaths of, int... turns) {
        return (CodePath) maze.apply(turns, of::current);
    }

    private static <T> T onOwnThread(Callable<T> task) throws Exception {
        return start(task).get();
    }

    private static <T> FutureTask<T> start(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        new Thread(future).start();
        return future;
    }
}
