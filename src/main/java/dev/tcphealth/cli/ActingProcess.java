package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * This command, run as a JVM's user. Whatever runs as that user can meddle with it: so it gets nothing of ours, no
 * variable, terminal or descriptor, and what it prints is bounded and goes where our own words go.
 */
final class ActingProcess {
    private static final Set<String> VARIABLES = Set.of("LANG", "LC_ALL", "LC_CTYPE", "TZ");
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    /** A report's characters, with room. */
    private static final long MOST_OUTPUT = 32L << 20;

    private static final long MOST_ERRORS = 64L << 10;
    private static final long LOOK_MILLIS = 50;
    private static final long GRACE_MILLIS = 500;
    /** What setpriv begins its complaints with. */
    private static final String COMPLAINT = "setpriv: ";

    /** What this command begins the line with that says why it failed. */
    private static final String FAILURE = Main.NAME + ": ";

    private final Process process;
    private final ReadableJar jar;
    private final String byHand;
    private volatile String complaint = "";
    private volatile boolean failureTold;

    private ActingProcess(Process process, ReadableJar jar, String byHand) {
        this.process = process;
        this.jar = jar;
        this.byHand = byHand;
    }

    /** @param byHand what a person would type, for when it cannot be done so */
    static ActingProcess start(List<String> command, ReadableJar jar, String byHand) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
        builder.environment().keySet().retainAll(VARIABLES);
        builder.environment().put("PATH", PATH);
        try {
            return new ActingProcess(builder.start(), jar, byHand);
        } catch (IOException e) {
            jar.close();
            throw e;
        }
    }

    /**
     * Prints what it prints until it ends; gives its exit code.
     *
     * @param forEver for as long as anybody reads that; else to the deadline at the longest
     */
    int relay(PrintStream out, PrintStream err, JvmProcess jvm, Deadline deadline, boolean forEver)
            throws CommandFailure {
        Reader reader = new Reader(out);
        Thread stopping = new Thread(this::stop, "tcp-health stopping");
        Runtime.getRuntime().addShutdownHook(stopping); // for Ctrl-C: it has no terminal that would send it that
        try (jar) {
            Thread results = start(process.getInputStream(), out, forEver ? Long.MAX_VALUE : MOST_OUTPUT);
            Thread errors = start(process.getErrorStream(), err, MOST_ERRORS);
            while (process.isAlive()) {
                if (forEver
                        ? reader.goneWithin(LOOK_MILLIS)
                        : process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS) || deadline.remainingMillis() <= 1) {
                    break;
                }
            }
            boolean ended = process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
            if (ended) {
                // What it has printed is in the pipes still; somebody it has started may keep them open.
                results.join(Math.max(GRACE_MILLIS, deadline.remainingMillis()));
                errors.join(Math.max(GRACE_MILLIS, deadline.remainingMillis()));
            }
            stop();
            results.join(GRACE_MILLIS);
            errors.join(GRACE_MILLIS);
            if (!forEver && (!ended || results.isAlive())) {
                if (failureTold) {
                    return ExitCode.NOT_ATTACHABLE.code();
                }
                throw AttachFailures.of(jvm, deadline, new AttachTimeout());
            }
            return exit(jvm);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AttachFailures.of(jvm, deadline, new AttachTimeout());
        } catch (IOException e) {
            throw AttachFailures.of(jvm, deadline, e);
        } finally {
            stop();
            try {
                Runtime.getRuntime().removeShutdownHook(stopping);
            } catch (IllegalStateException e) {
                // this JVM is ending
            }
        }
    }

    private int exit(JvmProcess jvm) throws CommandFailure {
        if (!complaint.isEmpty()) {
            throw OtherUser.cannot(jvm, byHand, complaint);
        }
        int exit = process.exitValue();
        for (ExitCode code : ExitCode.values()) {
            if (code.code() == exit) {
                return exit;
            }
        }
        throw OtherUser.cannot(jvm, byHand, "it ended with " + exit);
    }

    private Thread start(InputStream from, PrintStream to, long most) {
        Thread thread = new Thread(() -> copy(from, to, most), "tcp-health relaying");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void copy(InputStream from, PrintStream to, long most) {
        char[] buffer = new char[8192];
        long left = most;
        try (InputStreamReader reader = new InputStreamReader(from, UTF_8)) {
            for (int length = reader.read(buffer); length > 0; length = reader.read(buffer)) {
                String text = new String(buffer, 0, (int) Math.min(length, left));
                if (text.startsWith(COMPLAINT)) {
                    complaint = text.strip();
                } else {
                    if (text.contains(FAILURE)) {
                        failureTold = true;
                    }
                    to.print(text);
                    to.flush();
                }
                left -= length;
                if (left <= 0) {
                    stop();
                    return;
                }
            }
        } catch (IOException e) {
            // It was stopped.
        }
    }

    /** With a moment to remove what it has made. */
    private void stop() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
