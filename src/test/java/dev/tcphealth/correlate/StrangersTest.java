package dev.tcphealth.correlate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.kernel.SocketFds;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No agent is in this JVM, so all of its sockets are strangers. */
class StrangersTest {

    private final ConnectionTracker tracker = new ConnectionTracker(100, 3, List.of(), 100, 4096, of -> null);
    private final SocketFds descriptors = new SocketFds();
    private final Strangers strangers = new Strangers(tracker, descriptors);
    private final Deque<InputStream> files = new ArrayDeque<>();

    /** The first socket of a JVM brings another one with it, that closed ones are made to refer to. */
    @BeforeAll
    static void first() throws IOException {
        new ServerSocket(0).close();
    }

    @AfterEach
    void close() throws IOException {
        for (InputStream file : files) {
            file.close();
        }
    }

    @Test
    void amongAFewDescriptorsEveryOneIsSeenAtOnce() throws IOException {
        strangers.update(0);
        files.add(new FileInputStream("/dev/null"));
        strangers.update(0);
        files.remove().close();
        Set<Long> known = inodes();
        try (ServerSocket server = new ServerSocket(0)) {
            strangers.update(0);
            assertThat(server.isBound()).isTrue();
            assertThat(strangers.contains(newSince(known))).isTrue();
        }
    }

    @Test
    void amongManyWhatChangesTheirNumberIsSeenAtOnceAndAllElseSoon() throws IOException {
        for (int i = 0; i < 1100; i++) {
            files.add(new FileInputStream("/dev/null"));
        }
        strangers.update(0);
        long before = strangers.openDescriptors();
        assertThat(before).isGreaterThan(1100);
        Set<Long> known = inodes();
        try (ServerSocket server = new ServerSocket(0)) {
            strangers.update(0);
            assertThat(server.isBound()).isTrue();
            assertThat(strangers.contains(newSince(known))).isTrue();
            assertThat(strangers.openDescriptors()).isEqualTo(before + 1);
            known = inodes();
            files.remove().close();
            try (ServerSocket inItsPlace = new ServerSocket(0)) {
                assertThat(inItsPlace.isBound()).isTrue();
                long inode = newSince(known);
                int updates = 0;
                while (!strangers.contains(inode)) {
                    strangers.update(0);
                    updates++;
                    assertThat(updates).isLessThanOrEqualTo(6);
                    assertThat(strangers.openDescriptors()).isEqualTo(before + 1);
                }
                assertThat(updates).as("it was not listed each time").isGreaterThan(1);
            }
        }
    }

    @Test
    void amongManyKnownOnesAFewOthersAreSeenAtOnce() throws IOException {
        int[] before = descriptors.descriptors();
        for (int i = 0; i < 1100; i++) {
            files.add(new FileInputStream("/dev/null"));
        }
        int live = 0;
        for (int number : descriptors.descriptors()) {
            boolean isOpen = Files.isSymbolicLink(Path.of("/proc/self/fd", "" + number)); // the list's own is closed
            if (Arrays.binarySearch(before, number) < 0 && isOpen) {
                tracker.opened(new FileDescriptor(), number, false);
                live++;
            }
        }
        Set<Long> known = inodes();
        long inode;
        try (ServerSocket server = new ServerSocket(0)) {
            assertThat(server.isBound()).isTrue();
            inode = newSince(known);
            strangers.update(live);
            assertThat(strangers.contains(inode)).isTrue();
            long open = strangers.openDescriptors();
            for (int i = 0; i < 10; i++) {
                strangers.update(live);
                assertThat(strangers.contains(inode)).isTrue();
                assertThat(strangers.openDescriptors()).isEqualTo(open);
            }
        }
        try (ServerSocket inItsPlace = new ServerSocket(0)) {
            assertThat(inItsPlace.isBound()).isTrue();
            strangers.update(live);
            assertThat(strangers.contains(newSince(known))).isTrue();
            assertThat(strangers.contains(inode)).isFalse();
        }
    }

    @Test
    void withoutTheFolderNothingIsKnown(@TempDir Path empty) throws IOException {
        Strangers blind = new Strangers(tracker, new SocketFds(empty));
        assertThatThrownBy(() -> blind.update(0)).hasMessage(empty.resolve("fd") + ": no such file");
        assertThat(blind.openDescriptors()).isEqualTo(-1);
        Files.createDirectory(empty.resolve("fd"));
        blind.update(0);
        assertThat(blind.contains(0)).isFalse();
    }

    private Set<Long> inodes() throws IOException {
        Set<Long> inodes = new HashSet<>();
        descriptors.forEach((number, inode) -> inodes.add(inode));
        return inodes;
    }

    /** The one socket that was not there before. */
    private long newSince(Set<Long> before) throws IOException {
        Set<Long> now = inodes();
        now.removeAll(before);
        assertThat(now).hasSize(1);
        return now.iterator().next();
    }
}
