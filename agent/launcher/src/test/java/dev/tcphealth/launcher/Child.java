package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Commands of child JVMs, and what their MBeans say. */
final class Child {

    /** The shipped jar. */
    static final Path AGENT =
            Path.of(System.getProperty("tcphealth.jar")).toAbsolutePath().normalize();

    /** The folder of the apps. */
    static final String CLASSES = classes();

    private Child() {}

    /** The command that runs one of the apps, with these options of the JVM. */
    static List<String> command(Jdk jdk, Class<?> app, String... jvmOptions) {
        return command(jdk.tool("java"), app, jvmOptions);
    }

    static List<String> command(String java, Class<?> app, String... jvmOptions) {
        List<String> command = new ArrayList<>(List.of(java, "-Xmx128m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", CLASSES, app.getName()));
        return command;
    }

    /** The option that starts a JVM with the agent, which samples every second. */
    static String javaagent(String... options) {
        String all = String.join(",", options);
        return "-javaagent:" + AGENT + "=interval=1s" + (all.isEmpty() ? "" : "," + all);
    }

    static ChildProcess start(List<String> command) throws IOException {
        return ChildProcess.start(command);
    }

    /** Runs the agent's own command line to its end, in the way that the first argument wraps its command. */
    static Finished cli(UnaryOperator<List<String>> wrap, Jdk jdk, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-jar", AGENT.toString()));
        command.addAll(List.of(arguments));
        if (arguments.length > 1 && List.of("attach", "detach").contains(arguments[0])) {
            // The machine may be busier than what people wait for.
            command.add(command.indexOf(arguments[0]) + 1, "--timeout=120");
        }
        return run(wrap.apply(command));
    }

    /** Runs a command to its end, with nothing on its standard input. */
    static Finished run(List<String> command) throws IOException, InterruptedException {
        try (ChildProcess child = start(command)) {
            int exit = child.end();
            return new Finished(exit, child.rest(), child.errors());
        }
    }

    /** Puts a folder or jar on the class path of a command that {@link #command} made. */
    static void addToClassPath(List<String> command, Path entry) {
        command.replaceAll(word -> word.equals(CLASSES) ? word + File.pathSeparator + entry : word);
    }

    static Finished cli(Jdk jdk, String... arguments) throws IOException, InterruptedException {
        return cli(UnaryOperator.identity(), jdk, arguments);
    }

    /** What a process left behind. */
    record Finished(int exit, List<String> output, String errors) {}

    /** The number an attribute has, such as {@code type=Jvm}, {@code Opened}. */
    static long number(ChildProcess child, String bean, String attribute) throws InterruptedException {
        String answer = child.ask("jmx " + bean + " " + attribute);
        return answer.startsWith("error") ? Long.MIN_VALUE : Long.parseLong(answer);
    }

    /** Waits until so many samples more were taken than there are now, which the first comes 2 s late with. */
    static void awaitSamples(ChildProcess child, int more) {
        long[] wanted = {-1};
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> {
                    long samples = Math.max(0, number(child, "type=Agent", "Samples"));
                    wanted[0] = wanted[0] < 0 ? samples + more : wanted[0];
                    assertThat(samples).isGreaterThanOrEqualTo(wanted[0]);
                });
    }

    /** The rows of a bean's table, each by column. */
    static List<Map<String, String>> table(ChildProcess child, String bean) throws InterruptedException {
        return table(child, bean, "Table");
    }

    /** The rows of an attribute that is a table, each by column. */
    static List<Map<String, String>> table(ChildProcess child, String bean, String attribute)
            throws InterruptedException {
        String answer = child.ask("jmx " + bean + " " + attribute);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : answer.split("\\|", -1)) {
            Map<String, String> row = new LinkedHashMap<>();
            for (String cell : line.split("\t", -1)) {
                int equals = cell.indexOf('=');
                if (equals > 0) {
                    row.put(cell.substring(0, equals), cell.substring(equals + 1));
                }
            }
            if (!row.isEmpty()) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** The sum of a column over the rows whose name contains this: a path opens and closes in different lines. */
    static long sum(ChildProcess child, String bean, String name, String column) throws InterruptedException {
        return table(child, bean).stream()
                .filter(row -> row.getOrDefault("Name", "").contains(name))
                .mapToLong(row -> Long.parseLong(row.get(column)))
                .sum();
    }

    private static String classes() {
        try {
            return Path.of(Child.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
