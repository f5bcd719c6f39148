package dev.tcphealth.cli;

import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A child process whose outputs are looked at together. Whoever starts it closes it. */
final class Child implements AutoCloseable {
    private final ChildProcess process;

    private Child(ChildProcess process) {
        this.process = process;
    }

    /** Starts {@link ChildApp} and waits until it is up. */
    static Child app(Jdk jdk, String... jvmOptions) throws IOException {
        return app(jdk.tool("java"), TestJars.location(ChildApp.class).toString(), Map.of(), jvmOptions);
    }

    static Child app(String java, String classPath, Map<String, String> environment, String... jvmOptions)
            throws IOException {
        return start(environment, javaCommand(java, classPath, jvmOptions)).awaitLine("ready");
    }

    static String[] javaCommand(String java, String classPath, String... jvmOptions) {
        List<String> command = new ArrayList<>(List.of(java, "-Xmx32m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("--add-exports", "java.base/jdk.internal.vm=ALL-UNNAMED", "-cp", classPath));
        command.addAll(List.of(jvmOptions));
        command.add(ChildApp.class.getName());
        return command.toArray(String[]::new);
    }

    static Child start(Map<String, String> environment, String... command) throws IOException {
        return new Child(ChildProcess.start(List.of(command), environment));
    }

    /** Closes it if it ends or is silent for too long. */
    Child awaitLine(String line) {
        try {
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(10))
                    .failFast("ended without " + line, () -> !process.alive() && !lines().contains(line))
                    .until(() -> lines().contains(line));
            return this;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.alive();
    }

    /** What it has printed until now: on standard output, then on standard error. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(process.printed());
        process.errors().lines().forEach(lines::add);
        return lines;
    }

    /** Waits for a process that ends by itself, or whose standard input is ended hereby. */
    int end() throws InterruptedException {
        return process.end();
    }

    void signal(String name) throws IOException {
        process.signal(name);
    }

    @Override
    public void close() {
        process.close();
    }
}
