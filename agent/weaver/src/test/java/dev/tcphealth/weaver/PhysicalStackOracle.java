package dev.tcphealth.weaver;

import com.example.Maze;
import dev.tcphealth.hotspot.PhysicalStack;
import java.lang.StackWalker.StackFrame;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes many stacks on many threads, alike and not, while compilers are at work, and notes on each what StackWalker shows,
 * to the byte code index: fails where a note says anything else. Run on JVMs of other versions and with other options.
 */
final class PhysicalStackOracle {

    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final int STACKS = 150;
    private static final int MOST_FRAMES = 70;
    private static final int FORGET_ONE_IN = 5000;
    private static final int WAIT_ONE_IN = 3;
    private static final int THREADS = 2;
    private static final int MOST_BYTES = 2_000_000;
    private static final Method HERE = here();

    private final PhysicalStack<String> stack;
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger recognised = new AtomicInteger();

    /** Where a virtual thread waits, its stack may be on the heap afterwards. */
    private final boolean waits;

    private PhysicalStackOracle(PhysicalStack<String> stack, boolean waits) {
        this.stack = stack;
        this.waits = waits;
    }

    // Arguments are how many stacks to recognise, how many to make at most, and virtual or platform.
    public static void main(String[] args) throws Exception {
        boolean virtual = args[2].equals("virtual");
        PhysicalStackOracle oracle = new PhysicalStackOracle(PhysicalStack.of(new HookMemory()), virtual);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int seed = i;
            Runnable work = () -> {
                try {
                    oracle.run(new Random(seed), Integer.parseInt(args[0]), Integer.parseInt(args[1]) / THREADS);
                } catch (Throwable t) {
                    failure.compareAndSet(null, t);
                }
            };
            threads.add(virtual ? startVirtual(work) : start(work));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError(failed);
        }
        if (oracle.stack.bytes() > MOST_BYTES) {
            throw new AssertionError(oracle.stack.bytes() + " bytes");
        }
        System.out.println("unknown " + oracle.unknown + " first " + oracle.first + " recognised " + oracle.recognised);
    }

    /** The stacks are the same on all threads, and their order is not. */
    private void run(Random order, int enough, int most) throws Exception {
        Random random = new Random(42);
        List<int[]> stacks = new ArrayList<>();
        for (int i = 0; i < STACKS; i++) {
            stacks.add(turns(random));
        }
        for (int i = 0; i < most && recognised.get() < enough; i++) {
            int[] turns = stacks.get(order.nextInt(STACKS));
            boolean wait = waits && order.nextInt(WAIT_ONE_IN) == 0;
            Supplier<Object> end = () -> check(wait);
            switch (order.nextInt(4)) {
                case 0 -> HERE.invoke(null, turns, end);
                case 1 -> recurse(turns, end, turns.length % 7);
                default -> walk(turns, end);
            }
            if (order.nextInt(FORGET_ONE_IN) == 0) {
                stack.forget();
            }
            if (waits) {
                giveWay();
            }
        }
    }

    /** Most end alike, so that many stacks share their first frames. */
    private static int[] turns(Random random) {
        int[] turns = new int[random.nextInt(MOST_FRAMES)];
        int alike = random.nextInt(MOST_FRAMES);
        for (int i = 0; i < turns.length; i++) {
            turns[i] = turns.length - i < alike ? 0 : random.nextInt(Maze.TURNS);
        }
        return turns;
    }

    static Object walk(int[] turns, Supplier<Object> end) {
        return new Maze().apply(turns, end);
    }

    private static Object recurse(int[] turns, Supplier<Object> end, int depth)
            throws InvocationTargetException, IllegalAccessException {
        return depth == 0
                ? walk(turns, end)
                : depth % 3 == 0 ? HERE.invoke(null, turns, end) : recurse(turns, end, depth - 1);
    }

    private Object check(boolean wait) {
        if (wait) {
            giveWay();
        }
        AtomicReference<@Nullable String> note = stack.note();
        if (note == null) {
            unknown.incrementAndGet();
            return this;
        }
        // From here on both see the same but for what they call.
        String frames = WALKER.walk(all -> {
            StringBuilder text = new StringBuilder();
            all.skip(1).forEach(frame -> append(text, frame));
            return text.toString();
        });
        if (note.compareAndSet(null, frames)) {
            first.incrementAndGet();
        } else if (frames.equals(note.get())) {
            recognised.incrementAndGet();
        } else {
            throw new AssertionError("noted\n" + note.get() + "\nis\n" + frames);
        }
        return this;
    }

    @SuppressWarnings("ThreadPriorityCheck") // so that its stack is put on the heap
    private static void giveWay() {
        Thread.yield();
    }

    private static void append(StringBuilder text, StackFrame frame) {
        text.append(frame.getClassName())
                .append('.')
                .append(frame.getMethodName())
                .append('@')
                .append(frame.getByteCodeIndex())
                .append('\n');
    }

    private static Method here() {
        try {
            return PhysicalStackOracle.class.getDeclaredMethod("walk", int[].class, Supplier.class);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    private static Thread startVirtual(Runnable work) throws ReflectiveOperationException {
        return (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
    }
}
