package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How many file descriptors a process has open, and how many it may have (RLIMIT_NOFILE, soft). A JVM that has used them
 * all can accept no connection, and so cannot answer.
 */
record DescriptorUse(long used, long limit) {
    private static final String LIMIT = "Max open files";
    private static final int MARGIN = 4;

    /** @param folder the process's folder in /proc */
    static DescriptorUse read(Path folder) throws IOException {
        long limit = limit(folder.resolve("limits"));
        return new DescriptorUse(count(folder.resolve("fd"), limit), limit);
    }

    boolean exhausted() {
        return used >= limit;
    }

    /** Whether it may have been a moment ago: the count changes while the application opens and closes. */
    boolean nearlyExhausted() {
        return used >= limit - MARGIN;
    }

    @Override
    public String toString() {
        return used + " of " + limit + " descriptors used";
    }

    /** Those that were inherited with numbers beyond the limit take none of what it leaves. */
    private static long count(Path folder, long limit) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(folder)) {
            for (Path descriptor : descriptors) {
                count += Long.parseLong(descriptor.getFileName().toString()) < limit ? 1 : 0;
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return count;
    }

    private static long limit(Path limits) throws IOException {
        for (String line : Files.readAllLines(limits, ISO_8859_1)) {
            if (line.startsWith(LIMIT)) {
                String soft = line.substring(LIMIT.length()).trim().split("\\s+", 2)[0];
                return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
            }
        }
        return Long.MAX_VALUE;
    }
}
