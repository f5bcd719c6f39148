package dev.tcphealth.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;

/** Our own jar where another user can run it: where it is, or else a copy for the time of the command. */
final class ReadableJar implements Closeable {
    private static final int READ = 4;
    private static final int SEARCH = 1;

    private final Path path;
    private final boolean copy;

    private ReadableJar(Path path, boolean copy) {
        this.path = path;
        this.copy = copy;
    }

    static ReadableJar of(Path jar, long uid, long gid) throws IOException {
        Path real = jar.toRealPath();
        boolean readable = allows(real, uid, gid, READ);
        for (Path folder = real.getParent(); folder != null; folder = folder.getParent()) {
            readable &= allows(folder, uid, gid, SEARCH);
        }
        return readable ? new ReadableJar(jar, false) : copy(real);
    }

    Path path() {
        return path;
    }

    /** As root, we read what others may not. The name of the folder is not to be guessed, and only root changes it. */
    private static ReadableJar copy(Path real) throws IOException {
        Path folder = Files.createTempDirectory("tcp-health-");
        ReadableJar made = new ReadableJar(folder.resolve("tcp-health-agent.jar"), true);
        try {
            Files.copy(real, made.path);
            Files.setPosixFilePermissions(made.path, PosixFilePermissions.fromString("rw-r--r--"));
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    /** As the kernel judges by the mode alone; what an access control list allows besides is not seen. */
    private static boolean allows(Path file, long uid, long gid, int right) throws IOException {
        Map<String, Object> facts = Files.readAttributes(file, "unix:mode,uid,gid");
        long mode = number(facts, "mode");
        int shift = number(facts, "uid") == uid ? 6 : number(facts, "gid") == gid ? 3 : 0;
        return (mode >> shift & right) != 0;
    }

    private static long number(Map<String, Object> facts, String name) {
        return Integer.toUnsignedLong((Integer) Objects.requireNonNull(facts.get(name)));
    }

    @Override
    public void close() throws IOException {
        if (copy) {
            Files.deleteIfExists(path);
            Files.deleteIfExists(path.getParent());
        }
    }
}
