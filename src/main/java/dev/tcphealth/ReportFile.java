package dev.tcphealth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a report where somebody far away asks for it, who may have mistaken the machine or the file: so no file is ever
 * replaced, no link is followed, no path depends on the folder the JVM was started in, and only the user of this JVM can
 * read it.
 */
final class ReportFile {

    private static final int CHUNK_BYTES = 8192;
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private ReportFile() {}

    /**
     * Writes a file that was not there.
     *
     * @return its path
     * @throws IllegalArgumentException if it was not written, with a message that says why and what to do
     */
    static Path write(@Nullable String path, String text) {
        Path file = absolute(path);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // Opened once, and only if nothing has that name, be it a link that leads nowhere: what was looked at before
        // could be another file by now.
        try (SeekableByteChannel opened = Files.newByteChannel(file, NEW, OWNER_ONLY)) {
            write(opened, bytes);
            return file;
        } catch (IOException e) {
            throw refused(file, e);
        }
    }

    private static void write(SeekableByteChannel opened, byte[] bytes) throws IOException {
        try {
            for (int at = 0; at < bytes.length; ) {
                // The JDK keeps a direct buffer of this size for the thread.
                at += opened.write(ByteBuffer.wrap(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at)));
            }
        } catch (IOException e) {
            // Not deleted by its path, which may be another file's by now: an empty file stays.
            opened.truncate(0);
            throw e;
        }
    }

    private static Path absolute(@Nullable String path) {
        if (path == null || path.isBlank()) {
            throw new IllegalArgumentException("give the absolute path of a file that is not there yet");
        }
        try {
            Path file = Path.of(path);
            if (!file.isAbsolute()) {
                throw new IllegalArgumentException(
                        "give an absolute path: " + path + " would lie in the folder this JVM was started in");
            }
            return file.normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("no path: " + e.getReason());
        }
    }

    private static IllegalArgumentException refused(Path file, IOException e) {
        String user = System.getProperty("user.name");
        String why = e instanceof FileAlreadyExistsException
                ? Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                        ? "it is a folder: give the path of a file that is not there yet"
                        : "it is there already: give another path"
                : e instanceof NoSuchFileException
                        ? "there is no folder " + file.getParent()
                        : e instanceof AccessDeniedException
                                ? "user " + user + ", whom this JVM runs as, may not write there"
                                : e instanceof FileSystemException of && of.getReason() != null
                                        ? of.getReason()
                                        : e.toString();
        return new IllegalArgumentException("cannot write " + file + ": " + why);
    }
}
