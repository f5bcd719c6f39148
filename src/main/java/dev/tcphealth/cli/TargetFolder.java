package dev.tcphealth.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that another process, which may be hostile, sees: held open, so that it stays the same folder whatever is
 * renamed, and its entries are reached from it by openat(2) and its like. No link is followed, at its end or on the way.
 */
final class TargetFolder implements Closeable {
    private static final int FILE_TYPE = 0170000; // S_IFMT of inode(7)
    private static final int SOCKET = 0140000;
    private static final int STICKY = 01000;
    private static final int OTHERS_WRITE = 022;

    private final Path path;
    private final SecureDirectoryStream<Path> stream;

    private TargetFolder(Path path, SecureDirectoryStream<Path> stream) {
        this.path = path;
        this.stream = stream;
    }

    /** Opens a folder by a path that the other process has no say in, such as /proc/PID/root. */
    @SuppressWarnings("StreamResourceLeak") // it is what this holds, and closes
    static TargetFolder open(Path path) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(path);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return new TargetFolder(path, secure);
        }
        stream.close();
        throw new IOException("this Java runtime has no openat");
    }

    /** The folder of that name in this one. */
    TargetFolder folder(String name) throws IOException {
        PosixFileAttributes found = attributes(name).orElseThrow(() -> new NoSuchFileException(path(name)));
        if (!found.isDirectory()) {
            throw new IOException(path(name) + " is "
                    + (found.isSymbolicLink() ? "a link, which is not followed here" : "not a folder"));
        }
        DirectoryStream<Path> opened = stream.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS);
        return new TargetFolder(path.resolve(name), (SecureDirectoryStream<Path>) opened);
    }

    /** What an entry is, itself and not what it leads to; empty where there is none. */
    Optional<PosixFileAttributes> attributes(String name) throws IOException {
        try {
            return Optional.of(
                    stream.getFileAttributeView(Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                            .readAttributes());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether an entry, itself and not what it leads to, is a socket. */
    boolean isSocket(String name) throws IOException {
        int mode = (Integer) Files.getAttribute(path.resolve(name), "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & FILE_TYPE) == SOCKET;
    }

    /** Makes a file that nobody else may read, where there is nothing yet. */
    SeekableByteChannel create(String name) throws IOException {
        return stream.newByteChannel(
                Path.of(name),
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(
                        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
    }

    SeekableByteChannel read(String name) throws IOException {
        return stream.newByteChannel(Path.of(name), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /** Deletes an entry if it is still that file. */
    void delete(String name, Object fileKey) throws IOException {
        Optional<PosixFileAttributes> found = attributes(name);
        if (found.isPresent() && fileKey.equals(found.get().fileKey())) {
            stream.deleteFile(Path.of(name));
        }
    }

    /** Whether users other than root and the folder's owner can neither remove nor replace what is in it. */
    boolean keepsEntries() throws IOException {
        int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        Object byPath =
                Objects.requireNonNull(Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey());
        Object opened = stream.getFileAttributeView(BasicFileAttributeView.class)
                .readAttributes()
                .fileKey();
        return byPath.equals(opened) && ((mode & STICKY) != 0 || (mode & OTHERS_WRITE) == 0);
    }

    /** An entry's path, for messages and for connect(2), which takes nothing else. */
    String path(String name) {
        return path.resolve(name).toString();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    /** A user by number, to compare owners with. */
    static UserPrincipal user(long uid) throws IOException {
        return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(Long.toString(uid));
    }
}
