package dev.tcphealth.cli;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The libjvm.so a process has mapped: what makes it a JVM, and where its JDK lies.
 *
 * @param path as the process sees it
 * @param replaced the file is no longer there, as after an upgrade of the JDK's package under a running JVM: what
 *     lies around the path now belongs to another JDK
 * @param openJ9 not HotSpot: it answers SIGQUIT with a javacore file, not by listening for attach
 */
record JvmLibrary(String path, boolean replaced, boolean openJ9) {
    private static final String DELETED = " (deleted)";

    /** @param maps the lines of /proc/PID/maps */
    static Optional<JvmLibrary> parse(Stream<String> maps) {
        String found = "";
        boolean openJ9 = false;
        for (String line : (Iterable<String>) maps::iterator) {
            if (found.isEmpty() && line.contains("/libjvm.so")) {
                found = line.substring(line.indexOf('/'));
            }
            openJ9 |= line.contains("/libj9vm");
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        boolean replaced = found.endsWith(DELETED);
        String path = replaced ? found.substring(0, found.length() - DELETED.length()) : found;
        return Optional.of(new JvmLibrary(path, replaced, openJ9));
    }
}
