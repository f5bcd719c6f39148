package dev.tcphealth.cli;

import dev.tcphealth.config.SamplerThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Finds JVMs in /proc alone: nobody is attached to, nobody notices. A process may make reading it fail, or last for ever:
 * that stays with this process.
 */
final class JvmFinder {
    /** For all processes together, and for the one that a command is about. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** What reading a process takes, twenty times over. It is halved with each process that takes longer. */
    private static final long FIRST_MILLIS = 100;

    private final Path proc;
    private final long self;
    private final Duration patience;

    JvmFinder(Path proc, long self) {
        this(proc, self, PATIENCE);
    }

    JvmFinder(Path proc, long self, Duration patience) {
        this.proc = proc;
        this.self = self;
        this.patience = patience;
    }

    /** JVMs this user may look into; this very process left out. */
    Listing all() throws IOException {
        Deadline deadline = Deadline.in(patience);
        SortedMap<Long, FutureTask<Optional<JvmProcess>>> slow = new TreeMap<>();
        SortedMap<Long, String> unread = new TreeMap<>();
        List<JvmProcess> jvms = new ArrayList<>();
        List<Long> pids = pids();
        int at = 0;
        for (; at < pids.size() && !deadline.passed(); at++) {
            long pid = pids.get(at);
            try {
                FutureTask<Optional<JvmProcess>> reading = Bounded.start(() -> read(new ProcPid(proc, pid)));
                if (!collect(pid, reading, FIRST_MILLIS >> Math.min(slow.size(), 6), jvms, unread)) {
                    slow.put(pid, reading);
                }
            } catch (OutOfMemoryError e) {
                unread.put(pid, reason(e)); // no memory for a thread
            }
        }
        slow.forEach((pid, reading) -> {
            if (!collect(pid, reading, deadline.remainingMillis(), jvms, unread)) {
                unread.put(pid, "it took too long");
            }
        });
        return new Listing(jvms, Collections.unmodifiableSortedMap(unread), pids.size() - at);
    }

    /** The JVM with that pid, or the line that says why it is none to work with. */
    JvmProcess find(long pid) throws CommandFailure {
        if (pid == self) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "process " + pid + " is this very command: give the pid of another JVM (see list).");
        }
        ProcPid process = new ProcPid(proc, pid);
        if (!process.exists()) {
            throw new CommandFailure(
                    ExitCode.NO_JVM, "there is no process " + pid + ": see list for the JVMs running.");
        }
        try {
            ProcStatus status = process.status();
            if (status.ended()) {
                throw ended(pid);
            }
            long me = effectiveUid();
            if (me != 0 && me != status.effectiveUid()) {
                throw notPermitted(process, status.effectiveUid());
            }
            return Bounded.start(() -> read(process))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.NO_JVM, "process " + pid + " is not a JVM: see list for the JVMs running."));
        } catch (IOException e) {
            throw notRead(process, e);
        } catch (ExecutionException e) {
            throw notRead(process, e.getCause());
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    ExitCode.NOT_ATTACHABLE,
                    "process " + pid + " cannot be read from " + proc + " within " + patience.toSeconds()
                            + " s: it may be stopped, or misbehave on purpose.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.AGENT_REFUSED, "interrupted.");
        }
    }

    private CommandFailure notRead(ProcPid process, @Nullable Throwable cause) {
        long pid = process.pid();
        if (cause instanceof AccessDeniedException) {
            return new CommandFailure(
                    ExitCode.NOT_PERMITTED,
                    "the kernel does not let this user look into process " + pid + ": "
                            + (isRoot()
                                    ? "root here lacks CAP_SYS_PTRACE (docker run --cap-add=SYS_PTRACE gives it)."
                                    : "run this command as root."));
        }
        if (process.runs()) {
            return new CommandFailure(
                    ExitCode.NO_JVM, "process " + pid + " cannot be read from " + proc + ": " + reason(cause) + ".");
        }
        return ended(pid);
    }

    private static CommandFailure ended(long pid) {
        return new CommandFailure(ExitCode.NO_JVM, "process " + pid + " has ended: see list for the JVMs running.");
    }

    private static CommandFailure notPermitted(ProcPid process, long uid) {
        String user = process.userName(uid);
        return new CommandFailure(
                ExitCode.NOT_PERMITTED,
                "process " + process.pid() + " belongs to user " + user + ": run this command as "
                        + (uid == 0 ? user : user + " or as root") + ".");
    }

    private boolean isRoot() {
        try {
            return effectiveUid() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private long effectiveUid() throws IOException {
        return new ProcPid(proc, self).status().effectiveUid();
    }

    private List<Long> pids() throws IOException {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(
                proc, entry -> entry.getFileName().toString().matches("[1-9][0-9]{0,9}"))) {
            processes.forEach(
                    process -> pids.add(Long.parseLong(process.getFileName().toString())));
        }
        pids.remove(self);
        Collections.sort(pids);
        return pids;
    }

    /** Whether reading has come to its end within that time. */
    private static boolean collect(
            long pid,
            FutureTask<Optional<JvmProcess>> reading,
            long millis,
            List<JvmProcess> jvms,
            SortedMap<Long, String> unread) {
        try {
            reading.get(millis, TimeUnit.MILLISECONDS).ifPresent(jvms::add);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (!(cause instanceof IOException || cause instanceof UncheckedIOException)) {
                unread.put(pid, reason(cause));
            }
            return true; // else it is another user's, or it ended meanwhile
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return cause instanceof OutOfMemoryError ? "it takes more memory than there is" : String.valueOf(cause);
    }

    /** Empty where it is no JVM. */
    private static Optional<JvmProcess> read(ProcPid process) throws IOException {
        long start = process.startTicks();
        List<String> words = process.commandLine();
        if (words.isEmpty()) {
            return Optional.empty(); // a kernel thread or a zombie: spares reading its maps
        }
        Optional<JvmLibrary> library = process.jvmLibrary();
        if (library.isEmpty()) {
            return Optional.empty();
        }
        ProcStatus status = process.status();
        JvmProcess jvm = new JvmProcess(
                process,
                status.namespacePid(),
                status.effectiveUid(),
                process.userName(status.effectiveUid()),
                command(process, words),
                jdkVersion(process, library.get(), status.effectiveUid()),
                library.get().openJ9(),
                process.threadNames().contains(SamplerThread.NAME));
        if (process.startTicks() != start) {
            throw new IOException("it ended, and another process has its pid");
        }
        return Optional.of(jvm);
    }

    private static JavaCommand command(ProcPid process, List<String> words) {
        List<String> all = new ArrayList<>(words);
        all.addAll(1, environmentOptions(process, "JDK_JAVA_OPTIONS"));
        return JavaCommand.parse(all)
                .with(environmentOptions(process, "JAVA_TOOL_OPTIONS"), environmentOptions(process, "_JAVA_OPTIONS"));
    }

    private static List<String> environmentOptions(ProcPid process, String variable) {
        return process.environment(variable).map(OptionWords::words).orElse(List.of());
    }

    private static JdkVersion jdkVersion(ProcPid process, JvmLibrary library, long uid) {
        return library.replaced()
                ? JdkVersion.UNKNOWN
                : ReleaseFile.versionBeside(process.seenAs(Path.of("/")), Path.of(library.path()), uid);
    }
}
