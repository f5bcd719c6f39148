package dev.tcphealth.launcher;

import com.example.Maze;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/**
 * An application that opens, accepts and closes connections from code paths that are hard to tell apart, many times, and
 * knows how often from each: those that recurse, that share their first frames, that change in one outer frame only, and
 * that alternate. Tells where the agent has counted otherwise.
 */
public final class PathsApp {

    private static final int THREADS = 2;
    private static final Pattern FRAME = Pattern.compile("com\\.example\\.Maze\\.\\w+\\(Maze\\.java:\\d+\\)");
    private static final ConcurrentMap<String, LongAdder> EXPECTED = new ConcurrentHashMap<>();

    private PathsApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(PathsApp::answer);
    }

    private static String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "run" -> run(Integer.parseInt(words[1]), words[2].equals("virtual"));
            case "check" -> check();
            default -> SocketApp.mbeans(words);
        };
    }

    private static String run(int connections, boolean virtual) throws Exception {
        ExecutorService threads =
                virtual ? HardApp.virtualThreadPerTaskExecutor() : Executors.newFixedThreadPool(THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random order = new Random(i);
            running.add(threads.submit(() -> run(connections / THREADS, order, virtual)));
        }
        for (Future<?> one : running) {
            one.get();
        }
        threads.shutdown();
        return "done";
    }

    private static Object run(int connections, Random order, boolean virtual) throws IOException {
        List<int[]> stacks = stacks();
        List<String> names = new ArrayList<>();
        for (int[] turns : stacks) {
            names.add((String) new Maze().apply(turns, PathsApp::here));
        }
        try (ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < connections; i++) {
                // In turn for a while, then by chance.
                int at = i / 1000 % 2 == 0 ? i % stacks.size() : order.nextInt(stacks.size());
                EXPECTED.computeIfAbsent(names.get(at), name -> new LongAdder()).increment();
                new Maze().apply(stacks.get(at), () -> exchange(server));
                if (virtual) {
                    giveWay();
                }
            }
        }
        return "done";
    }

    @SuppressWarnings("ThreadPriorityCheck") // so that its stack is put on the heap
    private static void giveWay() {
        Thread.yield();
    }

    private static List<int[]> stacks() {
        List<int[]> stacks = new ArrayList<>();
        for (int depth : new int[] {0, 1, 2, 31, 32, 33, 60}) {
            stacks.add(new int[depth]);
        }
        for (int outer = 1; outer < Maze.TURNS; outer++) {
            int[] changed = new int[60];
            changed[0] = outer;
            stacks.add(changed);
        }
        for (int inner = 1; inner < Maze.TURNS; inner++) {
            int[] changed = new int[20];
            changed[19] = inner;
            stacks.add(changed);
        }
        int[] alternating = new int[40];
        for (int i = 0; i < alternating.length; i++) {
            alternating[i] = 1 + i % 2;
        }
        stacks.add(alternating);
        return stacks;
    }

    private static Object exchange(ServerSocket server) {
        try {
            Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
            Socket accepted = server.accept();
            accepted.setSoLinger(true, 0); // or every port would stay in TIME_WAIT
            client.close();
            accepted.close();
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object here() {
        return name(Arrays.stream(new Throwable().getStackTrace())
                .map(StackTraceElement::toString)
                .collect(Collectors.joining("\n")));
    }

    private static String name(String stack) {
        return FRAME.matcher(stack).results().map(result -> result.group()).collect(Collectors.joining(" "));
    }

    /** Gives {@code exact}, or what is not: the turns of a stack, what was expected of it, and what the agent has. */
    private static String check() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName paths = new ObjectName("tcphealth:type=CodePaths");
        Map<String, long[]> found = new TreeMap<>();
        for (Object row : (Collection<?>) ((TabularData) server.getAttribute(paths, "Table")).values()) {
            CompositeData path = (CompositeData) row;
            String name = name((String) server.invoke(
                    paths, "stack", new Object[] {((Number) path.get("Id")).intValue()}, new String[] {"int"}));
            long[] counts = found.computeIfAbsent(name, n -> new long[3]);
            counts[0] += ((Number) path.get("Opened")).longValue();
            counts[1] += ((Number) path.get("Accepted")).longValue();
            counts[2] += ((Number) path.get("Closed")).longValue();
        }
        for (Map.Entry<String, LongAdder> one : EXPECTED.entrySet()) {
            long times = one.getValue().sum();
            long[] expected = {times, times, 2 * times};
            long[] counts = found.getOrDefault(one.getKey(), new long[3]);
            if (!Arrays.equals(counts, expected)) {
                return one.getKey() + ": " + Arrays.toString(expected) + " but " + Arrays.toString(counts);
            }
        }
        return "exact";
    }
}
