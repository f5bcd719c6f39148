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
 * How fast an application is with each agent and without one, on each JDK found. The JVMs that are compared run at the
 * same time and are asked in turn, so that whatever else the machine does meets them all; JIT compilers do not decide
 * alike twice, so there are several JVMs of each.
 *
 * <p>The application prints {@code ready}, and answers each line {@code WAY MILLIS} with three numbers: how many cycles it
 * has made, in how many nanoseconds, and how many of CPU time.
 */
final class SideBySide {

    private static final String NONE = "none";

    /** How long and how often is measured. */
    private record Pace(int jvms, int warmUpMillis, int rounds, int roundMillis) {}

    private static final Pace FULL = new Pace(2, 1000, 6, 350);
    private static final Pace QUICK = new Pace(1, 300, 3, 150);

    /** What is known of one way under one agent. */
    private static final class Cell {
        final Measured cyclesPerSecond = new Measured();
        final Measured cpuMicros = new Measured();
    }

    private final Class<?> app;
    private final Pace pace;
    private final Map<String, List<String>> agents = new LinkedHashMap<>();

    /** @param arguments {@code --quick} or not, then what stands behind {@code -javaagent:} of each agent */
    SideBySide(Class<?> app, String... arguments) {
        this.app = app;
        List<String> agentOptions = new ArrayList<>(List.of(arguments));
        this.pace = agentOptions.remove("--quick") ? QUICK : FULL;
        agents.put(NONE, List.of());
        for (String option : agentOptions) {
            agents.put(name(option), List.of("-javaagent:" + option));
        }
        System.out.printf(
                "%-4s %-20s %-32s %19s %9s %12s %9s%n",
                "JDK", "", "agent", "cycles/s", "of none", "CPU us/cycle", "of none");
    }

    /** The jar's name, with the options it is given: one agent can be measured with several. */
    static String name(String option) {
        String[] parts = option.split("=", 2);
        String jar = parts[0].substring(parts[0].lastIndexOf('/') + 1).replaceAll("\\.jar$", "");
        return parts.length == 1 ? jar : jar + "=" + parts[1];
    }

    /** Measures on one JDK and prints a row for each way and agent. */
    void measure(Jdk jdk, List<String> ways) throws IOException, InterruptedException {
        Map<String, Map<String, Cell>> cells = new LinkedHashMap<>();
        for (int i = 0; i < pace.jvms; i++) {
            Map<String, ChildProcess> children = new LinkedHashMap<>();
            try {
                for (Map.Entry<String, List<String>> agent : agents.entrySet()) {
                    ChildProcess child = ChildProcess.start(command(jdk, agent.getValue()));
                    children.put(agent.getKey(), child.await("ready"));
                }
                measure(children, ways, cells);
            } finally {
                children.values().forEach(ChildProcess::close);
            }
        }
        cells.forEach((way, byAgent) -> byAgent.forEach((agent, cell) -> print(jdk, way, agent, cell, byAgent)));
    }

    private void measure(Map<String, ChildProcess> children, List<String> ways, Map<String, Map<String, Cell>> cells)
            throws InterruptedException {
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

    /** Cycles, nanoseconds, nanoseconds of CPU time. */
    private static long[] ask(ChildProcess child, String way, int millis) throws InterruptedException {
        String answer = child.ask(way + " " + millis);
        String[] words = answer.split(" ", -1);
        if (words.length != 3) {
            throw new IllegalStateException(answer + "\n" + child.errors());
        }
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])};
    }

    private List<String> command(Jdk jdk, List<String> options) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-Xms256m", "-Xmx256m"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), app.getName()));
        return command;
    }

    private static void print(Jdk jdk, String way, String agent, Cell cell, Map<String, Cell> byAgent) {
        Cell none = byAgent.get(NONE);
        if (none == null) {
            throw new IllegalStateException("measured with no JVM without an agent");
        }
        System.out.printf(
                Locale.ROOT,
                "%-4s %-20s %-32s %,10.0f +-%4.1f %% %7.1f %% %12.2f %7.1f %%%n",
                jdk.feature(),
                way,
                agent,
                cell.cyclesPerSecond.median(),
                100 * cell.cyclesPerSecond.spread(),
                100 * cell.cyclesPerSecond.ratioTo(none.cyclesPerSecond),
                cell.cpuMicros.median(),
                100 * cell.cpuMicros.ratioTo(none.cpuMicros));
    }
}
