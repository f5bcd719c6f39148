package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.cli.InstalledJdks.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A child process whose two outputs go to one file. Whoever starts it closes it. */
final class Child implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Path output;

    private Child(Process process, Path output) {
        this.process = process;
        this.output = output;
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
        Path output = Files.createTempFile("tcp-health-child", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS") || name.endsWith("TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return new Child(builder.start(), output);
    }

    Child awaitLine(String line) {
        try {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .failFast("ended without " + line, () -> !process.isAlive() && !lines().contains(line))
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
        return process.isAlive();
    }

    List<String> lines() throws IOException {
        return Files.readString(output, UTF_8).lines().toList();
    }

    /** Waits for a process that ends by itself, or whose standard input is ended hereby. */
    int end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("still alive: " + process.info());
        }
        return process.exitValue();
    }

    void signal(String name) throws IOException, InterruptedException {
        signal(name, pid());
    }

    static void signal(String name, long pid) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid)
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("kill -" + name + " " + pid + " failed");
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
            Files.deleteIfExists(output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
