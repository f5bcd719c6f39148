package dev.tcphealth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Writes a report where somebody far away asks for it, who may have mistaken the machine or the file: so no file is ever
 * replaced, and no path depends on the folder the JVM was started in.
 */
final class ReportFile {
    private ReportFile() {}

    /**
     * Writes a file that was not there.
     *
     * @return its path
     * @throws IllegalArgumentException if it was not written, with a message that says why and what to do
     */
    static Path write(@Nullable String path, String text) {
        Path file = absolute(path);
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " is a folder: give the path of a file that is not there yet");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            Files.write(file, new byte[0], StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw refused(file, e);
        }
        try {
            Files.write(file, bytes);
            return file;
        } catch (IOException e) {
            delete(file);
            throw refused(file, e);
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
                ? "it is there already: give another path"
                : e instanceof NoSuchFileException
                        ? "there is no folder " + file.getParent()
                        : e instanceof AccessDeniedException
                                ? "user " + user + ", whom this JVM runs as, may not write there"
                                : e instanceof FileSystemException of && of.getReason() != null
                                        ? of.getReason()
                                        : e.toString();
        return new IllegalArgumentException("cannot write " + file + ": " + why);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Half a file stays: what was wrong with it is told.
        }
    }
}
