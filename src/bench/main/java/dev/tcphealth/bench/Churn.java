package dev.tcphealth.bench;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * For {@code scripts/bench churn}: how many connections a second an application can open, accept and close, with each
 * agent and without one, on each JDK found. The JVMs that are compared run at the same time and are asked in turn, so
 * that whatever else the machine does meets them all; JIT compilers do not decide alike twice, so there are several
 * JVMs of each.
 */
public final class Churn {

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
    private static final String NONE = "none";

    /** How long and how often is measured. */
    private record Pace(int jvms, int warmUpMillis, int rounds, int roundMillis) {}

    private static final Pace FULL = new Pace(2, 1500, 10, 400);
    private static final Pace QUICK = new Pace(1, 800, 5, 250);

    /** What is known of one way to churn under one agent. */
    private static final class Cell {
        final Measured cyclesPerSecond = new Measured();
        final Measured cpuMicros = new Measured();
    }

    private final Pace pace;
    private final Map<String, List<String>> agents = new LinkedHashMap<>();

    private Churn(Pace pace, List<String> agentOptions) {
        this.pace = pace;
        agents.put(NONE, List.of());
        for (String option : agentOptions) {
            agents.put(name(option), List.of("-javaagent:" + option));
        }
    }

    // Arguments: --quick or not, then what stands behind -javaagent: of each agent.
    public static void main(String[] arguments) throws Exception {
        List<String> agentOptions = new ArrayList<>(List.of(arguments));
        boolean quick = agentOptions.remove("--quick");
        System.out.printf(
                "%-8s %-8s %8s %-9s %-28s %19s %10s %12s %6s%n",
                "JDK", "by", "threads", "", "agent", "cycles/s", "of none", "CPU us/cycle", "of none");
        Churn churn = new Churn(quick ? QUICK : FULL, agentOptions);
        for (Jdk jdk : Jdk.all()) {
            churn.measure(jdk);
        }
    }

    private static String name(String option) {
        String jar = option.split("=", 2)[0];
        return jar.substring(jar.lastIndexOf('/') + 1).replaceAll("\\.jar$", "");
    }

    private void measure(Jdk jdk) throws IOException, InterruptedException {
        Map<String, Map<String, Cell>> cells = new LinkedHashMap<>();
        for (int i = 0; i < pace.jvms; i++) {
            Map<String, ChildProcess> children = new LinkedHashMap<>();
            try {
                for (Map.Entry<String, List<String>> agent : agents.entrySet()) {
                    ChildProcess child = ChildProcess.start(command(jdk, agent.getValue()));
                    children.put(agent.getKey(), child.await("ready"));
                }
                measure(jdk, children, cells);
            } finally {
                children.values().forEach(ChildProcess::close);
            }
        }
        cells.forEach((way, byAgent) -> byAgent.forEach((agent, cell) -> print(jdk, way, agent, cell, byAgent)));
    }

    private void measure(Jdk jdk, Map<String, ChildProcess> children, Map<String, Map<String, Cell>> cells)
            throws InterruptedException {
        List<String> ways = ways(jdk);
        for (String way : ways) {
            for (ChildProcess child : children.values()) {
                ask(child, way, pace.warmUpMillis);
            }
        }
        for (int round = 0; round < pace.rounds; round++) {
            for (String way : ways) {
                Map<String, Cell> byAgent = cells.computeIfAbsent(way, w -> new LinkedHashMap<>());
                for (Map.Entry<String, ChildProcess> child : children.entrySet()) {
                    long[] answer = ask(child.getValue(), way, pace.roundMillis);
                    Cell cell = byAgent.computeIfAbsent(child.getKey(), agent -> new Cell());
                    cell.cyclesPerSecond.add(answer[0] * 1e9 / answer[1]);
                    cell.cpuMicros.add(answer[2] / 1e3 / answer[0]);
                }
            }
        }
    }

    private static List<String> ways(Jdk jdk) {
        List<String> ways = new ArrayList<>();
        for (String by : List.of("socket", "channel")) {
            for (int threads : new int[] {1, 8}) {
                ways.add(by + " " + threads + " platform");
                if (jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS) {
                    ways.add(by + " " + threads + " virtual");
                }
            }
        }
        return ways;
    }

    /** Cycles, nanoseconds, nanoseconds of CPU time. */
    private static long[] ask(ChildProcess child, String way, int millis) throws InterruptedException {
        String answer = child.ask(way + " " + millis);
        String[] words = answer.split(" ", -1);
        if (words.length != 3) {
            throw new IllegalStateException(answer + "\n" + child.errors());
        }
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])};
    }

    private static List<String> command(Jdk jdk, List<String> options) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-Xms256m", "-Xmx256m"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ChurnApp.class.getName()));
        return command;
    }

    private static void print(Jdk jdk, String way, String agent, Cell cell, Map<String, Cell> byAgent) {
        Cell none = byAgent.get(NONE);
        if (none == null) {
            throw new IllegalStateException("measured with no JVM without an agent");
        }
        String[] words = way.split(" ", -1);
        System.out.printf(
                Locale.ROOT,
                "%-8s %-8s %8s %-9s %-28s %,10.0f +-%4.1f %% %8.1f %% %12.1f %6.1f %%%n",
                jdk.feature(),
                words[0],
                words[1],
                words[2],
                agent,
                cell.cyclesPerSecond.median(),
                100 * cell.cyclesPerSecond.spread(),
                100 * cell.cyclesPerSecond.ratioTo(none.cyclesPerSecond),
                cell.cpuMicros.median(),
                100 * cell.cpuMicros.ratioTo(none.cpuMicros));
    }
}
