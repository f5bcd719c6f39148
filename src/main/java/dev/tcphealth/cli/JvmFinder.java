package dev.tcphealth.cli;

import dev.tcphealth.config.SamplerThread;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds JVMs in /proc alone: nobody is attached to, nobody notices. */
final class JvmFinder {
    private final Path proc;
    private final long self;

    JvmFinder(Path proc, long self) {
        this.proc = proc;
        this.self = self;
    }

    /** JVMs this user may look into, by pid; this very process left out. */
    List<JvmProcess> all() throws IOException {
        List<JvmProcess> jvms = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(
                proc, entry -> entry.getFileName().toString().matches("[1-9][0-9]*"))) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self) {
                    read(pid).ifPresent(jvms::add);
                }
            }
        }
        jvms.sort(Comparator.comparingLong(JvmProcess::pid));
        return jvms;
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
            long me = new ProcPid(proc, self).status().effectiveUid();
            if (me != 0 && me != status.effectiveUid()) {
                throw notPermitted(process, status.effectiveUid());
            }
            return read(process, status)
                    .orElseThrow(() -> new CommandFailure(
                            ExitCode.NO_JVM, "process " + pid + " is not a JVM: see list for the JVMs running."));
        } catch (AccessDeniedException e) {
            throw new CommandFailure(
                    ExitCode.NOT_PERMITTED,
                    "the kernel does not let this user look into process " + pid
                            + ": run this command as root, in a container with CAP_SYS_PTRACE.");
        } catch (IOException e) {
            if (process.runs()) {
                throw new CommandFailure(
                        ExitCode.NO_JVM, "process " + pid + " cannot be read from " + proc + ": " + e.getMessage());
            }
            throw ended(pid);
        }
    }

    private static CommandFailure ended(long pid) {
        return new CommandFailure(ExitCode.NO_JVM, "process " + pid + " has ended: see list for the JVMs running.");
    }

    private static CommandFailure notPermitted(ProcPid process, long uid) {
        String user = process.userName(uid);
        return new CommandFailure(
                ExitCode.NOT_PERMITTED,
                "process " + process.pid() + " belongs to user " + user + ": run this command as " + user
                        + " or as root.");
    }

    private Optional<JvmProcess> read(long pid) {
        try {
            ProcPid process = new ProcPid(proc, pid);
            return read(process, process.status());
        } catch (IOException e) {
            return Optional.empty(); // another user's, or it ended meanwhile
        }
    }

    private static Optional<JvmProcess> read(ProcPid process, ProcStatus status) throws IOException {
        List<String> words = process.commandLine();
        if (words.isEmpty()) {
            return Optional.empty(); // a kernel thread or a zombie: spares reading its maps
        }
        Optional<JvmLibrary> library = process.jvmLibrary();
        if (library.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new JvmProcess(
                process,
                status.namespacePid(),
                status.effectiveUid(),
                process.userName(status.effectiveUid()),
                command(process, words),
                jdkVersion(process, library.get()),
                library.get().openJ9(),
                process.threadNames().contains(SamplerThread.NAME)));
    }

    private static JavaCommand command(ProcPid process, List<String> words) {
        List<String> all = new ArrayList<>(words);
        all.addAll(1, environmentOptions(process, "JDK_JAVA_OPTIONS"));
        return JavaCommand.parse(all, file -> argumentFile(process, file))
                .with(environmentOptions(process, "JAVA_TOOL_OPTIONS"), environmentOptions(process, "_JAVA_OPTIONS"));
    }

    private static List<String> environmentOptions(ProcPid process, String variable) {
        return process.environment(variable).map(ArgumentFile::words).orElse(List.of());
    }

    private static Optional<List<String>> argumentFile(ProcPid process, String file) {
        try {
            return Optional.of(ArgumentFile.words(Files.readString(process.seenFromWorkingFolder(file))));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** libjvm.so lies three or four folders below the JDK's own, where the release file is. */
    private static JdkVersion jdkVersion(ProcPid process, JvmLibrary library) {
        if (library.replaced()) {
            return JdkVersion.UNKNOWN;
        }
        Path folder = Path.of(library.path()).getParent();
        while (folder != null && folder.getNameCount() > 0) {
            try {
                return JdkVersion.parse(Files.readAllLines(process.seenAs(folder.resolve("release"))));
            } catch (IOException e) {
                folder = folder.getParent();
            }
        }
        return JdkVersion.UNKNOWN;
    }
}
