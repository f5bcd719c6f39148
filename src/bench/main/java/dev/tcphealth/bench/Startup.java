package dev.tcphealth.bench;

import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * For {@code scripts/bench startup}: how long a JVM lives that says hello, or that uses a socket at once, and how much
 * CPU time it takes (user and system); without an agent, with an empty one, and with each that is given, in turn.
 */
public final class Startup {

    private static final int ROUNDS = 20;
    private static final int QUICK_ROUNDS = 5;

    private static final String NONE = "none";

    /** What may be added to the time of each program: the bounds of our own agent. */
    private static final Map<Class<?>, Integer> BOUNDS_MILLIS = Map.of(HelloApp.class, 50, FirstSocketApp.class, 350);

    /**
     * The shell tells what its child took, to a millisecond, where Java knows nothing of a process that has ended. Our
     * standard output is what the child says on its standard error.
     */
    private static final List<String> TIMED =
            List.of("bash", "-c", "TIMEFORMAT='%R %U %S'; { time \"$@\" >/dev/null 2>&3; } 3>&1", "time");

    /** What one way to start took, in milliseconds, and the most lines it has written on standard error. */
    private static final class Cell {
        final Measured wall = new Measured();
        final Measured cpu = new Measured();
        long errorLines;
    }

    private final int rounds;
    private final Map<String, List<String>> agents = new LinkedHashMap<>();

    private Startup(List<String> arguments, Path emptyAgent) {
        List<String> agentOptions = new ArrayList<>(arguments);
        rounds = agentOptions.remove("--quick") ? QUICK_ROUNDS : ROUNDS;
        agents.put(NONE, List.of());
        agents.put("an empty agent", List.of("-javaagent:" + emptyAgent));
        for (String option : agentOptions) {
            agents.put(SideBySide.name(option), List.of("-javaagent:" + option));
        }
    }

    // Arguments: --quick or not, then what stands behind -javaagent: of each agent.
    public static void main(String[] arguments) throws Exception {
        Path emptyAgent = Files.createTempFile("empty-agent", ".jar");
        try {
            EmptyAgent.writeTo(emptyAgent);
            Startup startup = new Startup(List.of(arguments), emptyAgent);
            System.out.printf(
                    "%-4s %-16s %-24s %18s %10s %18s %10s  %s%n",
                    "JDK", "", "agent", "wall ms", "added", "CPU ms", "added", "standard error");
            for (Jdk jdk : Jdk.all()) {
                startup.measure(jdk, HelloApp.class);
                startup.measure(jdk, FirstSocketApp.class);
            }
        } finally {
            Files.delete(emptyAgent);
        }
        System.out.printf(
                "bounds: tcp-health adds at most %d ms to HelloApp and %d ms to FirstSocketApp%n",
                BOUNDS_MILLIS.get(HelloApp.class), BOUNDS_MILLIS.get(FirstSocketApp.class));
    }

    private void measure(Jdk jdk, Class<?> program) throws Exception {
        Map<String, Cell> cells = new LinkedHashMap<>();
        // The first round fills the caches of the operating system.
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, List<String>> agent : agents.entrySet()) {
                Cell cell = round == 0 ? new Cell() : cells.computeIfAbsent(agent.getKey(), name -> new Cell());
                run(command(jdk, program, agent.getValue()), cell);
            }
        }
        Cell none = cells.getOrDefault(NONE, new Cell());
        cells.forEach((agent, cell) -> System.out.printf(
                Locale.ROOT,
                "%-4s %-16s %-24s %8.0f +-%4.1f %% %+10.0f %8.0f +-%4.1f %% %+10.0f  %s%n",
                jdk.feature(),
                program.getSimpleName(),
                agent,
                cell.wall.median(),
                100 * cell.wall.spread(),
                cell.wall.minus(none.wall),
                cell.cpu.median(),
                100 * cell.cpu.spread(),
                cell.cpu.minus(none.cpu),
                cell.errorLines == 0 ? "empty" : cell.errorLines + " lines"));
    }

    private static List<String> command(Jdk jdk, Class<?> program, List<String> options) throws URISyntaxException {
        List<String> command = new ArrayList<>(TIMED);
        command.add(jdk.tool("java"));
        command.addAll(options);
        Path classes = Path.of(
                program.getProtectionDomain().getCodeSource().getLocation().toURI());
        command.addAll(List.of("-cp", classes.toString(), program.getName()));
        return command;
    }

    private static void run(List<String> command, Cell into) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder(command).start();
        String errors = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String times = new String(shell.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (shell.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + errors + times);
        }
        String[] seconds = times.split(" ", -1);
        into.wall.add(1000 * Double.parseDouble(seconds[0]));
        into.cpu.add(1000 * (Double.parseDouble(seconds[1]) + Double.parseDouble(seconds[2])));
        into.errorLines = Math.max(into.errorLines, errors.lines().count());
    }
}
