package dev.tcphealth.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What the kernel says of a process's descriptors. */
final class Descriptors {

    private Descriptors() {}

    /** The sockets among its descriptors, those left out that the kernel lists as of another protocol. */
    static int tcp(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        Set<String> others = new HashSet<>();
        others.addAll(column(process.resolve("net/unix"), 6));
        for (String protocol : List.of("udp", "udp6", "raw", "raw6")) {
            others.addAll(column(process.resolve("net").resolve(protocol), 9));
        }
        others.addAll(column(process.resolve("net/netlink"), 9));
        int count = 0;
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            for (Path descriptor : descriptors.toList()) {
                String target = targetOf(descriptor);
                if (target.startsWith("socket:[")
                        && !others.contains(target.substring("socket:[".length(), target.length() - 1))) {
                    count++;
                }
            }
        }
        return count;
    }

    private static String targetOf(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    private static Set<String> column(Path file, int column) throws IOException {
        Set<String> values = new HashSet<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.strip().split("\\s+", -1);
                if (words.length > column) {
                    values.add(words[column]);
                }
            }
        }
        return values;
    }
}
