package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The socket at which a JVM listens for attach. /tmp is everybody's, so what has its name may be anybody's, and connect(2)
 * follows links: so its owner is looked at before, and afterwards whether it is this JVM that has taken the connection.
 */
final class AttachSocket {
    private static final String CONNECTED = "03"; // SS_CONNECTED of linux/net.h, as /proc/net/unix prints it

    private static final String BOUND = "/tmp/.java_pid";

    /**
     * The JVM may be in another network namespace: what it accepts is in the one of who has connected (unix_stream_connect
     * of linux/net/unix/af_unix.c).
     */
    private static final Path OURS = Path.of("/proc/self/net/unix");

    private final JvmProcess jvm;
    private final TargetFolder temporary;
    private final String name;

    AttachSocket(JvmProcess jvm, TargetFolder temporary) {
        this.jvm = jvm;
        this.temporary = temporary;
        this.name = ".java_pid" + jvm.namespacePid();
    }

    /** Whether something has its name. */
    boolean present() throws IOException {
        return temporary.attributes(name).isPresent();
    }

    /** The path to connect to. */
    Path path() throws IOException {
        String path = temporary.path(name);
        PosixFileAttributes found = temporary
                .attributes(name)
                .orElseThrow(() -> new IOException("its socket " + path + " has been removed meanwhile"));
        if (found.isSymbolicLink()) {
            throw new IOException(path + " is a link where the JVM's socket should be: remove it");
        }
        if (!found.owner().equals(TargetFolder.user(jvm.uid()))) {
            throw new IOException("the socket " + path + " belongs to user "
                    + found.owner().getName() + ", not to the JVM's: remove it");
        }
        if (!temporary.isSocket(name)) {
            throw new IOException(path + " is not a socket: remove it");
        }
        return Path.of(path);
    }

    /** The connections to JVMs' sockets that were taken before ours. HotSpot binds to another name and renames it. */
    Set<String> connections() throws IOException {
        Set<String> inodes = new HashSet<>();
        try (BufferedReader rows = Files.newBufferedReader(OURS, ISO_8859_1)) {
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                // Num RefCount Protocol Flags Type St Inode Path
                String[] columns = row.trim().split("\\s+", 8);
                if (columns.length == 8 && columns[5].equals(CONNECTED) && columns[7].startsWith(BOUND)) {
                    inodes.add("socket:[" + columns[6] + "]");
                }
            }
        }
        return inodes;
    }

    /**
     * Waits until the JVM has accepted a connection besides those. Nothing may be sent before: who listens there may be
     * another. HotSpot accepts one at a time, and then waits for the request.
     */
    void awaitAccepted(Set<String> before, Patience patience) throws IOException {
        try {
            while (!holdsOneOf(newSince(before))) {
                patience.pause();
            }
        } catch (AttachTimeout e) {
            if (newSince(before).isEmpty()) {
                throw e;
            }
            throw new IOException("another process answers at " + temporary.path(name) + ": remove it", e);
        }
    }

    private Set<String> newSince(Set<String> before) throws IOException {
        Set<String> now = connections();
        now.removeAll(before);
        return now;
    }

    private boolean holdsOneOf(Set<String> inodes) throws IOException {
        if (inodes.isEmpty()) {
            return false;
        }
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(jvm.proc().folder().resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (target(descriptor).filter(inodes::contains).isPresent()) {
                    return true;
                }
            }
            return false;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static Optional<String> target(Path descriptor) {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
            return Optional.empty(); // closed meanwhile
        }
    }
}
