package dev.tcphealth.launcher;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassDefinition;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;

/**
 * Opens channels from many stacks while their code is unloaded, freed, replaced and put at the same addresses, counts them
 * by stack, and compares with the agent. Ends with a line {@code RESULT}, and with status 9 if an opening was counted for
 * a stack that it did not have.
 *
 * <p>Arguments: {@code rounds=N}, {@code seconds=N}, or {@code while=FILE} for as long as there is this file, which compares
 * nothing, as agents come and go meanwhile; and what to do, each on a thread of its own: {@code loaders} drops
 * class loaders, {@code rare} does so with few openings and collections in between, {@code gc} collects meanwhile, {@code redefine}
 * replaces a class, {@code maze} recurses in different ways, {@code virtual} does so on virtual threads that yield,
 * {@code newthreads} on threads that end.
 */
public final class StacksApp {

    private static final int NAMES = 40;
    private static final int DEPTH = 32;
    private static final String VICTIM = "StackVictim00";
    private static final Pattern LINE_OF_FIRST = Pattern.compile("^([^\n]*):\\d+\\)");
    private static final ConcurrentMap<String, LongAdder> EXPECTED = new ConcurrentHashMap<>();

    private static final AtomicReference<@Nullable Throwable> FAILURE = new AtomicReference<>();

    private static @Nullable Instrumentation instrumentation;

    private StacksApp() {}

    /** This program is an agent too, so that it can redefine classes. */
    public static void premain(String arguments, Instrumentation given) {
        instrumentation = given;
    }

    public static void main(String[] args) throws Exception {
        String[] length = args[0].split("=", 2);
        boolean compares = !length[0].equals("while");
        IntPredicate goesOn = goesOn(length[0], length[1]);
        List<Thread> threads = new ArrayList<>();
        for (String what : args[1].split(",", -1)) {
            Callable<?> work = work(what);
            boolean background = what.equals("gc"); // for as long as the others run
            Thread thread = new Thread(
                    () -> {
                        for (int round = 0; background || goesOn.test(round); round++) {
                            run(work);
                        }
                    },
                    what);
            thread.setDaemon(background);
            thread.start();
            if (!background) {
                threads.add(thread);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable failure = FAILURE.get();
        if (failure != null) {
            failure.printStackTrace();
        }
        System.exit((!compares || check()) && failure == null ? 0 : 9);
    }

    private static IntPredicate goesOn(String what, String value) {
        if (what.equals("while")) {
            return round -> Files.exists(Path.of(value));
        }
        int amount = Integer.parseInt(value);
        long begin = System.nanoTime();
        return what.equals("seconds")
                ? round -> System.nanoTime() - begin < amount * 1_000_000_000L
                : round -> round < amount;
    }

    private static void run(Callable<?> work) {
        try {
            work.call();
        } catch (Throwable e) {
            FAILURE.compareAndSet(null, e);
        }
    }

    private static Callable<?> work(String what) throws IOException {
        byte[] victim = classFile();
        return switch (what) {
            case "loaders" -> () -> load(victim, new int[] {1, 20, 300, 1000}[random(4)]);
            case "rare" ->
                () -> {
                    load(victim, 5);
                    System.gc();
                    return null;
                };
            case "gc" ->
                () -> {
                    Thread.sleep(100);
                    System.gc();
                    return null;
                };
            case "redefine" -> () -> redefine(victim);
            case "maze" -> () -> turn(30, ThreadLocalRandom.current().nextInt());
            case "newthreads" -> () -> onThread(new Thread(() -> turn(10, random(1000))));
            case "virtual" ->
                () -> onThread(virtual(() -> {
                    for (int i = 0; i < 50; i++) {
                        turn(10 * random(4), random(1000));
                        giveWay();
                    }
                }));
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static int random(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    @SuppressWarnings("ThreadPriorityCheck") // so that its stack is put on the heap
    private static void giveWay() {
        Thread.yield();
    }

    private static Object onThread(Thread thread) throws InterruptedException {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
        thread.join();
        return thread;
    }

    private static Thread virtual(Runnable work) throws ReflectiveOperationException {
        return (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
    }

    private static byte[] classFile() throws IOException {
        try (InputStream in = StacksApp.class.getResourceAsStream(VICTIM + ".class")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    /** Replaces text by text of the same length. */
    private static byte[] replaced(byte[] in, String before, String after) {
        String text = new String(in, StandardCharsets.ISO_8859_1);
        return text.replace(before, after).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The same class with other numbers of lines: redefinition keeps the frames of methods that differ in nothing else. */
    private static byte[] withLinesMoved(byte[] in, int by) throws IOException {
        byte[] file = in.clone();
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int name = constant(in, "LineNumberTable");
        for (int at = 0; at < file.length - 8; at++) {
            int lines = bytes.getShort(at + 6);
            if (bytes.getShort(at) == name && bytes.getInt(at + 2) == 2 + 4 * lines) {
                for (int line = at + 10; line < at + 8 + 4 * lines; line += 4) {
                    bytes.putShort(line, (short) (bytes.getShort(line) + by));
                }
            }
        }
        return file;
    }

    /** Which constant of a class file is this text: see section 4.4 of the JVM specification. */
    private static int constant(byte[] file, String text) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
        in.skipBytes(8);
        int count = in.readUnsignedShort();
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> {
                    if (in.readUTF().equals(text)) {
                        return i;
                    }
                }
                case 5, 6 -> {
                    in.skipBytes(8);
                    i++;
                }
                case 7, 8, 16, 19, 20 -> in.skipBytes(2);
                case 15 -> in.skipBytes(3);
                default -> in.skipBytes(4);
            }
        }
        throw new IllegalArgumentException(text);
    }

    private static String other() {
        return "StackVictim" + (10 + random(NAMES));
    }

    private static Object load(byte[] victim, int times) throws ReflectiveOperationException {
        byte[] file = replaced(victim, VICTIM, other());
        Class<?> type = new ClassLoader(StacksApp.class.getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) {
                return defineClass(null, file, 0, file.length);
            }
        }.loadClass("any");
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Runnable opens = (Runnable) constructor.newInstance();
        for (int i = 0; i < times; i++) {
            opens.run();
        }
        return opens;
    }

    private static Object redefine(byte[] victim) throws Exception {
        Runnable opens = new StackVictim00();
        for (int i = 0; i < 100; i++) {
            opens.run();
        }
        Objects.requireNonNull(instrumentation)
                .redefineClasses(new ClassDefinition(StackVictim00.class, withLinesMoved(victim, 10 * random(NAMES))));
        return opens;
    }

    /** Recurses in one of four ways for each frame. */
    private static @Nullable Object turn(int frames, int turns) {
        if (frames == 0) {
            open();
            return null;
        }
        return switch (turns & 3) {
            case 0 -> turn(frames - 1, turns / 2 + 1);
            case 1 -> turn(frames - 1, turns / 3);
            case 2 -> next(frames - 1, turns / 5);
            default -> called(() -> turn(frames - 1, turns / 7));
        };
    }

    private static @Nullable Object next(int frames, int turns) {
        return turn(frames, turns);
    }

    private static Object called(Callable<Object> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void open() {
        try {
            SocketChannel channel = SocketChannel.open();
            count(new Throwable());
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts an opening in the method that made this. Public, as victims of other loaders are in other packages. */
    public static void count(Throwable here) {
        StringBuilder stack = new StringBuilder();
        StackTraceElement[] frames = here.getStackTrace();
        for (int i = 0; i < Math.min(DEPTH, frames.length); i++) {
            stack.append(text(frames[i])).append('\n');
        }
        EXPECTED.computeIfAbsent(withoutFirstLine(stack), key -> new LongAdder())
                .increment();
    }

    private static String text(StackTraceElement frame) {
        String place = frame.isNativeMethod()
                ? "Native Method"
                : frame.getFileName() == null
                        ? "Unknown Source"
                        : frame.getLineNumber() < 0
                                ? frame.getFileName()
                                : frame.getFileName() + ":" + frame.getLineNumber();
        return frame.getClassName() + "." + frame.getMethodName() + "(" + place + ")";
    }

    /** The channel is opened in another line than its stack is captured in. */
    private static String withoutFirstLine(CharSequence stack) {
        return LINE_OF_FIRST.matcher(stack).replaceFirst("$1)");
    }

    private static boolean check() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName agent = new ObjectName("tcphealth:type=Agent");
        while (!server.isRegistered(agent)) {
            Thread.sleep(50);
        }
        server.setAttribute(agent, new Attribute("IntervalSeconds", 1.0));
        for (long before = samples(server, agent); samples(server, agent) < before + 2; ) {
            Thread.sleep(50);
        }
        Map<String, Long> counted = counted(server);
        long opened = 0;
        long wrong = 0;
        for (Map.Entry<String, LongAdder> one : EXPECTED.entrySet()) {
            long expected = one.getValue().sum();
            opened += expected;
            long found = counted.getOrDefault(one.getKey(), 0L);
            wrong += Math.max(0, found - expected);
            if (found != expected) {
                System.out.println("expected " + expected + ", counted " + found + ": "
                        + one.getKey().replace("\n", " < "));
            }
        }
        for (Map.Entry<String, Long> one : counted.entrySet()) {
            if (!EXPECTED.containsKey(one.getKey())) {
                wrong += one.getValue();
                System.out.println("expected 0, counted " + one.getValue() + ": "
                        + one.getKey().replace("\n", " < "));
            }
        }
        System.out.println("RESULT opened " + opened + " from " + EXPECTED.size() + " stacks, wrongly credited " + wrong
                + ", errors " + server.getAttribute(agent, "ErrorsSwallowed") + ", dropped "
                + server.getAttribute(agent, "EventsDropped") + ", stacks "
                + server.getAttribute(agent, "StackAccess"));
        return wrong == 0;
    }

    private static long samples(MBeanServer server, ObjectName agent) throws JMException {
        return ((Number) server.getAttribute(agent, "Samples")).longValue();
    }

    private static Map<String, Long> counted(MBeanServer server) throws JMException {
        ObjectName paths = new ObjectName("tcphealth:type=CodePaths");
        Map<String, Long> counted = new HashMap<>();
        for (Object one : ((TabularData) server.getAttribute(paths, "Table")).values()) {
            CompositeData row = (CompositeData) one;
            long opened = ((Number) row.get("Opened")).longValue();
            if (opened > 0) {
                Object[] id = {((Number) row.get("Id")).intValue()};
                String stack = (String) server.invoke(paths, "stack", id, new String[] {"int"});
                StringBuilder frames = new StringBuilder();
                stack.lines()
                        .skip(1)
                        .forEach(line -> frames.append(line.strip().replaceFirst("^at ", ""))
                                .append('\n'));
                counted.merge(withoutFirstLine(frames), opened, Long::sum);
            }
        }
        return counted;
    }
}
