package dev.tcphealth.kernel;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads whole text files of /proc and /sys. Not thread-safe: the buffer is kept.
 *
 * <p>{@code Files.readString} must not be used there: these files have size 0, so on JDK 17 to 25 it asks for a single
 * byte first, and the files of /proc/sys answer at offset 0 only (kernel/sysctl.c). ip_local_port_range reads as "3".
 */
final class ProcFile {

    /** Also the most a file of /proc/sys can give, since it must come in one read. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private final DescriptorReserve reserve;
    private byte[] buffer = new byte[BUFFER_BYTES];

    /** @param reserve where a descriptor comes from when none is left */
    ProcFile(DescriptorReserve reserve) {
        this.reserve = reserve;
    }

    /** The file's text as UTF-8; what is malformed there is replaced, as interface names may hold any byte. */
    String read(Path file) throws IOException {
        try (InputStream in = reserve.open(() -> open(file))) {
            int length = 0;
            for (int read = in.read(buffer); read > 0; read = in.read(buffer, length, buffer.length - length)) {
                length += read;
                if (length == buffer.length) {
                    buffer = Arrays.copyOf(buffer, 2 * length);
                }
            }
            return new String(buffer, 0, length, StandardCharsets.UTF_8);
        }
    }

    /**
     * Opens a file without a channel: a channel's reading leaves the thread a direct buffer as large as the array, which
     * counts as the application's.
     *
     * @throws NoSuchFileException and the other exceptions of {@link Files#newInputStream}
     */
    static InputStream open(Path file) throws IOException {
        try {
            return new FileInputStream(file.toFile());
        } catch (FileNotFoundException e) {
            String path = file.toString();
            if (Files.notExists(file)) {
                throw new NoSuchFileException(path);
            }
            if (Files.exists(file) && !Files.isReadable(file)) {
                throw new AccessDeniedException(path);
            }
            // "/path (Too many open files)"
            String text = String.valueOf(e.getMessage());
            int reason = text.startsWith(path + " (") ? path.length() + 2 : 0;
            throw new FileSystemException(
                    path, null, text.substring(reason, reason == 0 ? text.length() : text.length() - 1));
        }
    }

    /** Why a file could not be read, in a few words and one line, without the file's name. */
    static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String text = failure instanceof FileSystemException inFile ? inFile.getReason() : failure.getMessage();
        return text == null || text.isBlank()
                ? failure.getClass().getSimpleName()
                : text.strip().replace('\n', ' ');
    }
}
