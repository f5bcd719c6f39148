package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFdsTest {

    @TempDir
    Path process;

    @Test
    void tellsSocketsFromOtherDescriptors() throws IOException {
        link("10", "socket:[4026531999]");
        link("2", "null");
        link("3", "pipe:[77]");
        link("4", "socket:[5]");
        link("5", "anon_inode:[eventpoll]");
        link("6", "/tmp/socket:[9]");
        link("7", "socket:[]");
        link("8", "socket:[12");
        link("9", "socket:[1x2]");
        link("11", "socket:[9223372036854775808]");
        link("12", "socket:[9223372036854775807]");
        link("stray", "socket:[1]");
        link("99999999999", "socket:[1]");
        SocketFds fds = new SocketFds(process);

        assertThat(fds.descriptors()).containsExactly(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(sockets(fds)).isEqualTo(Map.of(4, 5L, 10, 4026531999L, 12, Long.MAX_VALUE));
        assertThat(fds.inodeOf(4)).hasValue(5);
        assertThat(fds.inodeOf(3)).isEmpty();
        assertThat(fds.inodeOf(1000)).as("not open").isEmpty();
    }

    @Test
    void aFolderThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> new SocketFds(process).descriptors())
                .isInstanceOf(IOException.class)
                .hasMessage(process.resolve("fd") + ": no such file");
    }

    @Test
    void findsRealSocketsAndSeesThemGo() throws IOException {
        SocketFds fds = new SocketFds();
        Map<Integer, Long> before = sockets(fds);
        Map<Integer, Long> with;
        try (ServerSocket tcp = new ServerSocket(0);
                DatagramSocket udp = new DatagramSocket()) {
            with = sockets(fds);
            assertThat(tcp.isBound() && udp.isBound()).isTrue();
            with.keySet().removeAll(before.keySet());
            assertThat(with).hasSizeGreaterThanOrEqualTo(2);
            assertThat(with.values()).doesNotHaveDuplicates().doesNotContainAnyElementsOf(before.values());
        }
        with.forEach((descriptor, inode) -> assertThat(fds.inodeOf(descriptor)).isEmpty());
    }

    @Test
    void toleratesDescriptorsThatVanishMeanwhile() throws Exception {
        SocketFds fds = new SocketFds();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread churn = new Thread(() -> {
            try {
                while (!stop.get()) {
                    List<ServerSocket> sockets = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        sockets.add(new ServerSocket(0));
                    }
                    for (ServerSocket socket : sockets) {
                        socket.close();
                    }
                }
            } catch (IOException e) {
                failure.set(e);
            }
        });
        churn.start();
        try {
            int most = 0;
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < 300 || (most - least < 10 && i < 100_000); i++) {
                int found = sockets(fds).size();
                most = Math.max(most, found);
                least = Math.min(least, found);
            }
            assertThat(most - least).as("the churn was seen").isGreaterThanOrEqualTo(10);
        } finally {
            stop.set(true);
            churn.join();
        }
        assertThat(failure.get()).isNull();
    }

    private void link(String name, String target) throws IOException {
        Files.createDirectories(process.resolve("fd"));
        Files.createSymbolicLink(process.resolve("fd").resolve(name), Path.of(target));
    }

    private static Map<Integer, Long> sockets(SocketFds fds) throws IOException {
        Map<Integer, Long> sockets = new HashMap<>();
        fds.forEach(sockets::put);
        return sockets;
    }
}
