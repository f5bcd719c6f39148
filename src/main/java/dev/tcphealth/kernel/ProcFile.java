package dev.tcphealth.kernel;

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

    private byte[] buffer = new byte[BUFFER_BYTES];

    /** The file's text as UTF-8; what is malformed there is replaced, as interface names may hold any byte. */
    String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
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
