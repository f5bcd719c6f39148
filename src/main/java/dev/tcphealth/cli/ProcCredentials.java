package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;

/**
 * Who a process is, and where its files are (proc(5)).
 *
 * @param uid the effective user, as seen from our user namespace
 * @param gid the effective group
 * @param permitted its permitted capabilities, a bit each (capabilities(7))
 * @param startTicks when it started: with the pid, this names one process and never a later one
 * @param userNamespace an identity, as are the other two
 * @param root which folder is its root
 */
record ProcCredentials(
        long uid,
        long gid,
        long permitted,
        long startTicks,
        String userNamespace,
        String mountNamespace,
        String pidNamespace,
        Object root) {
    private static final int START_TIME = 22;

    /** @param folder the process's folder in /proc */
    static ProcCredentials read(Path folder) throws IOException {
        List<String> status = Files.readAllLines(folder.resolve("status"), ISO_8859_1);
        Path root = folder.resolve("root");
        try {
            return new ProcCredentials(
                    Long.parseLong(words(status, "Uid:")[1]),
                    Long.parseLong(words(status, "Gid:")[1]),
                    Long.parseUnsignedLong(words(status, "CapPrm:")[0], 16),
                    startTicks(folder),
                    namespace(folder, "user"),
                    namespace(folder, "mnt"),
                    namespace(folder, "pid"),
                    Objects.requireNonNull(Files.readAttributes(root, BasicFileAttributes.class)
                            .fileKey()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("/proc does not have what a process of Linux has there", e);
        }
    }

    /** The name, which the process chooses, may hold anything: what follows its last parenthesis counts. */
    static long startTicks(Path folder) throws IOException {
        String stat = Files.readString(folder.resolve("stat"), ISO_8859_1);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1);
        try {
            return Long.parseLong(fields[START_TIME - 3]);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IOException("no start time in the stat of " + folder, e);
        }
    }

    /** Whether a path means the same file to both, with the same owner. */
    boolean sharesFilesWith(ProcCredentials other) {
        return mountNamespace.equals(other.mountNamespace)
                && userNamespace.equals(other.userNamespace)
                && root.equals(other.root);
    }

    private static String namespace(Path folder, String name) throws IOException {
        return Files.readSymbolicLink(folder.resolve("ns").resolve(name)).toString();
    }

    private static String[] words(List<String> status, String key) {
        for (String line : status) {
            if (line.startsWith(key)) {
                return line.substring(key.length()).trim().split("\\s+", -1);
            }
        }
        throw new IllegalArgumentException("no " + key);
    }
}
