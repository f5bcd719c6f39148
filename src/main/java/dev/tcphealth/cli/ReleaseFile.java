package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * The {@code release} file of the JDK that a process runs. Where that JDK lies is the process's choice, so the file may
 * be anything: it is reached folder by folder without following links, and is read only if it is a small regular file of
 * root or of the process's user. The path of a mapped library, as the kernel gives it, has no links in it.
 */
final class ReleaseFile {
    private static final Path NAME = Path.of("release");
    private static final int MOST_BYTES = 64 * 1024;
    private static final int DEEPEST = 64;

    private ReleaseFile() {}

    /**
     * The version it tells, or unknown. libjvm.so lies three or four folders below the JDK's own, where the file is.
     *
     * @param root the root of the process's file system
     * @param library as the process sees it
     * @param uid the process's user
     */
    @SuppressWarnings("StreamResourceLeak") // closed with the others
    static JdkVersion versionBeside(Path root, Path library, long uid) {
        Path folder = library.getParent();
        if (folder == null || folder.getNameCount() > DEEPEST) {
            return JdkVersion.UNKNOWN;
        }
        Deque<SecureDirectoryStream<Path>> open = new ArrayDeque<>();
        try {
            open.push(secure(Files.newDirectoryStream(root)));
            for (Path name : folder) {
                open.push(enter(open.getFirst(), name));
            }
            Set<UserPrincipal> owners = Set.copyOf(List.of(user(0), user(uid)));
            for (SecureDirectoryStream<Path> each : open) {
                if (isThere(each)) {
                    return read(each, owners);
                }
            }
        } catch (IOException | ClassCastException e) {
            // Unknown it is. The cast: /proc is no folder of the default kind.
        } finally {
            open.forEach(ReleaseFile::close);
        }
        return JdkVersion.UNKNOWN;
    }

    private static SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        if (!folder.getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory()) {
            throw new IOException(name + " is no folder");
        }
        return secure(folder.newDirectoryStream(name, NOFOLLOW_LINKS));
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> folder) {
        return (SecureDirectoryStream<Path>) folder;
    }

    private static boolean isThere(SecureDirectoryStream<Path> folder) {
        try {
            folder.getFileAttributeView(NAME, BasicFileAttributeView.class, NOFOLLOW_LINKS)
                    .readAttributes();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Files of /proc have no size, and reading some of them waits or takes away what is read. */
    private static JdkVersion read(SecureDirectoryStream<Path> folder, Set<UserPrincipal> owners) throws IOException {
        PosixFileAttributes file = folder.getFileAttributeView(NAME, PosixFileAttributeView.class, NOFOLLOW_LINKS)
                .readAttributes();
        if (!file.isRegularFile() || file.size() == 0 || file.size() > MOST_BYTES || !owners.contains(file.owner())) {
            return JdkVersion.UNKNOWN;
        }
        ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
        try (SeekableByteChannel channel =
                folder.newByteChannel(NAME, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS))) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until its end
            }
        }
        String text = new String(bytes.array(), 0, bytes.position(), UTF_8);
        return JdkVersion.parse(text.lines().toList());
    }

    /** A number is taken for a user's where no user has it as a name. */
    private static UserPrincipal user(long uid) throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(Long.toString(uid));
    }

    private static void close(SecureDirectoryStream<Path> folder) {
        try {
            folder.close();
        } catch (IOException e) {
            // It was only read.
        }
    }
}
