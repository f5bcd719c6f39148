package dev.tcphealth.bench;

import dev.tcphealth.testing.Jdk;
import java.util.List;

/** For {@code scripts/bench io}: how many writes and reads a second {@link IoApp} makes. */
public final class Io {

    private Io() {}

    public static void main(String[] arguments) throws Exception {
        SideBySide io = new SideBySide(IoApp.class, arguments);
        for (Jdk jdk : Jdk.all()) {
            io.measure(jdk, List.of("socket 1", "socket 16384", "channel 1", "channel 16384"));
        }
    }
}
