package dev.tcphealth.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A child process one talks to by lines: what is asked on its standard input is answered on its standard output. Its
 * standard error is kept. Whoever starts it closes it.
 */
public final class ChildProcess implements AutoCloseable {

    /** For a machine that others keep busy as well. */
    private static final long PATIENCE_SECONDS = 240;

    private final Process process;
    private final Path errors;
    private final PrintStream input;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> printed = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private ChildProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.input = new PrintStream(process.getOutputStream(), true, UTF_8);
        this.reader = new Thread(() -> readLines(process.getInputStream()), "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    public static ChildProcess start(List<String> command) throws IOException {
        return start(command, Map.of());
    }

    /** Starts it with these variables besides this process's own, of which options for JVMs are left out. */
    public static ChildProcess start(List<String> command, Map<String, String> environment) throws IOException {
        Path errors = Files.createTempFile("tcp-health-child", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.endsWith("JAVA_OPTIONS") || name.endsWith("TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start(), errors);
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Sends it a signal, such as STOP. */
    public void signal(String name) throws IOException {
        Network.run("/bin/sh", "-c", "kill -" + name + " " + pid());
    }

    /** The next line of its standard output; fails if it ends or says nothing for too long. */
    public String line() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            String line = lines.poll(50, TimeUnit.MILLISECONDS);
            if (line != null) {
                return line;
            }
            if (!reader.isAlive() && lines.isEmpty()) {
                throw new AssertionError("the child has ended without a word; its standard error:\n" + errors());
            }
        }
        throw new AssertionError("the child says nothing; its standard error:\n" + errors());
    }

    /** Waits for a line of its standard output, over any others. */
    public ChildProcess await(String wanted) throws InterruptedException {
        String line = line();
        while (!line.equals(wanted)) {
            line = line();
        }
        return this;
    }

    /** Writes a line to its standard input and gives the line it answers. */
    public String ask(String question) throws InterruptedException {
        input.println(question);
        return line();
    }

    public String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends its standard input, waits for its end, and gives its exit code. */
    public int end() throws InterruptedException {
        input.close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the child does not end; its standard error:\n" + errors());
        }
        reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return process.exitValue();
    }

    /** Everything it has printed until now, read or not: all of it once it has ended and {@link #end} has returned. */
    public List<String> printed() {
        return printed;
    }

    /** Everything it has printed and nobody has read, once it has ended. */
    public List<String> rest() throws InterruptedException {
        reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor();
            for (ProcessHandle one : all) {
                // A JVM that is killed leaves it behind, in the way of another that gets its number.
                Files.deleteIfExists(Path.of("/tmp/.java_pid" + one.pid()));
            }
            Files.deleteIfExists(errors);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readLines(InputStream output) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(output, UTF_8))) {
            @Nullable String line = in.readLine();
            while (line != null) {
                printed.add(line);
                lines.add(line);
                line = in.readLine();
            }
        } catch (IOException e) {
            // It was destroyed: no more lines.
        }
    }
}
