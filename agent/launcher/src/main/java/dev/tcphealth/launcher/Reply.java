package dev.tcphealth.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The answer to the command line that attached: the first line is one of three words, what follows is for a person. It
 * goes to a file the command line has made, as the attach mechanism carries none.
 */
final class Reply {

    static final String OK = "ok\n";
    static final String REFUSED = "refused\n";
    static final String FAILED = "failed\n";

    private final Path file;

    Reply(String file) {
        this.file = Path.of(file);
    }

    void write(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    }
}
