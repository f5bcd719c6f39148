package dev.tcphealth.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What the kernel says of the network namespace that a process is in: the truth that the agent is held against. */
final class ProcNet {

    // include/net/tcp_states.h
    static final int ESTABLISHED = 1;
    static final int SYN_SENT = 2;
    static final int FIN_WAIT1 = 4;
    static final int FIN_WAIT2 = 5;
    static final int TIME_WAIT = 6;
    static final int CLOSE_WAIT = 8;
    static final int LAST_ACK = 9;
    static final int LISTEN = 10;
    static final int CLOSING = 11;

    private final Path folder;

    ProcNet(long pid) {
        folder = Path.of("/proc", Long.toString(pid), "net");
    }

    /** One TCP socket of the namespace. */
    record Row(int state, int localPort, int remotePort, long unread, long inode) {}

    /** A counter of a protocol, such as {@code snmp}, {@code Tcp}, {@code RetransSegs}. */
    long counter(String file, String protocol, String name) throws IOException {
        List<String> names = List.of();
        for (String line : Files.readAllLines(folder.resolve(file))) {
            if (line.startsWith(protocol + ":")) {
                List<String> words = List.of(line.split(" ", -1));
                if (names.isEmpty()) {
                    names = words;
                } else {
                    return Long.parseLong(words.get(names.indexOf(name)));
                }
            }
        }
        throw new IOException("no " + protocol + " " + name + " in " + file);
    }

    /** How many sockets are such. */
    int count(Predicate<Row> wanted) throws IOException {
        return (int) rows().stream().filter(wanted).count();
    }

    List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String file : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(folder.resolve(file))) {
                String[] words = line.strip().split(" +", -1);
                if (words[0].endsWith(":")) {
                    rows.add(new Row(
                            Integer.parseInt(words[3], 16),
                            port(words[1]),
                            port(words[2]),
                            Long.parseLong(words[4].substring(words[4].indexOf(':') + 1), 16),
                            Long.parseLong(words[9])));
                }
            }
        }
        return rows;
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }
}
