package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one process's folder in /proc. Whatever cannot be read is an IOException, or empty where that is said. */
final class ProcPid {
    private final long pid;
    private final Path folder;

    ProcPid(Path proc, long pid) {
        this.pid = pid;
        this.folder = proc.resolve(Long.toString(pid));
    }

    long pid() {
        return pid;
    }

    /** Its folder in /proc. */
    Path folder() {
        return folder;
    }

    boolean exists() {
        return Files.isDirectory(folder);
    }

    /** Whether the process still runs: it exists and is no zombie. */
    boolean runs() {
        try {
            return !status().ended();
        } catch (IOException e) {
            return false;
        }
    }

    ProcStatus status() throws IOException {
        try {
            return ProcStatus.parse(pid, latin1("status").lines().toList());
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    List<String> commandLine() throws IOException {
        return splitAtZero(latin1("cmdline"));
    }

    /** The value a variable had when the process started; empty where not set or not readable. */
    Optional<String> environment(String name) {
        try {
            return splitAtZero(latin1("environ")).stream()
                    .filter(entry -> entry.startsWith(name + "="))
                    .map(entry -> entry.substring(name.length() + 1))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    Optional<JvmLibrary> jvmLibrary() throws IOException {
        return JvmLibrary.parse(latin1("maps", Bounded.MAPS_BYTES).lines());
    }

    /** The kernel's names of the threads, cut to 15 characters. Threads that end meanwhile are left out. */
    List<String> threadNames() {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(folder.resolve("task"))) {
            for (Path task : tasks) {
                threadName(task).ifPresent(names::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            return names; // the process ended
        }
        return names;
    }

    private static Optional<String> threadName(Path task) {
        try {
            return Optional.of(new String(Bounded.read(task.resolve("comm"), 64), ISO_8859_1).stripTrailing());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A file as the process sees it, which may live in a container: its path here. */
    Path seenAs(Path absolute) {
        return folder.resolve("root").resolve(absolute.toString().substring(1));
    }

    /** Like {@link #seenAs}, for a path relative to the folder the process works in. */
    Path seenFromWorkingFolder(String path) {
        return path.startsWith("/")
                ? seenAs(Path.of(path))
                : folder.resolve("cwd").resolve(path);
    }

    /** The name of a user: of the folder's owner, which is the process's user unless its memory is protected. */
    String userName(long uid) {
        try {
            boolean owner = ((Number) Files.getAttribute(folder, "unix:uid")).longValue() == uid;
            return owner ? Files.getOwner(folder).getName() : Long.toString(uid);
        } catch (IOException e) {
            return Long.toString(uid);
        }
    }

    /**
     * When it started, in clock ticks since the host did (proc(5), field 22 of stat): another process with the same pid
     * has another.
     */
    long startTicks() throws IOException {
        String stat = latin1("stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", 21);
        try {
            return Long.parseLong(fields[19]);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("no start time in the stat of process " + pid, e);
        }
    }

    private String latin1(String file) throws IOException {
        return latin1(file, Bounded.ARGUMENTS_BYTES);
    }

    private String latin1(String file, int bytes) throws IOException {
        return new String(Bounded.read(folder.resolve(file), bytes), ISO_8859_1);
    }

    private static List<String> splitAtZero(String latin1) {
        String text = new String(latin1.getBytes(ISO_8859_1), UTF_8);
        return text.isEmpty() ? List.of() : List.of(text.split("\0", -1)).subList(0, countZeros(text));
    }

    private static int countZeros(String text) {
        return (int) text.chars().filter(c -> c == 0).count();
    }
}
