package com.example.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel counts in this process's network namespace. */
record Kernel(long opened, long accepted) {

    static Kernel read() throws IOException {
        List<String[]> tcp = Files.readString(Path.of("/proc/self/net/snmp")).lines()
                .filter(line -> line.startsWith("Tcp:"))
                .map(line -> line.split(" "))
                .toList();
        return new Kernel(counter(tcp, "ActiveOpens"), counter(tcp, "PassiveOpens"));
    }

    private static long counter(List<String[]> tcp, String name) {
        return Long.parseLong(tcp.get(1)[Arrays.asList(tcp.get(0)).indexOf(name)]);
    }

    /** Its sockets in TIME_WAIT. */
    static long timeWait() throws IOException {
        long sockets = 0;
        for (String file : List.of("tcp", "tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/net", file))) {
                sockets += lines.skip(1)
                        .filter(line -> line.strip().split(" +")[3].equals("06"))
                        .count();
            }
        }
        return sockets;
    }

    static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    static long residentKilobytes() throws IOException {
        return Files.readString(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(-1);
    }
}
