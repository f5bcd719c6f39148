package dev.tcphealth;

import dev.tcphealth.kernel.HostReader;
import dev.tcphealth.kernel.SocketFds;
import java.io.FileInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is room for what the agent has the JDK initialise: a class of the JDK whose initialisation fails for want
 * of a file descriptor, such as that of the MBean server, can never be used again, by the application either.
 */
final class StartRoom {

    /** Libraries and the limits of the container are read one after the other: with room for the application's threads. */
    private static final int DESCRIPTORS = 8;

    private final SocketFds descriptors = new SocketFds();
    private final HostReader host = new HostReader();

    /** What there is too little of; null where there is room, as far as can be told. */
    @Nullable
    String lack() {
        try (FileInputStream one = new FileInputStream("/dev/null")) {
            long limit = host.sample().limits().openDescriptorsLimit();
            long used = descriptors.count();
            return one.available() >= 0 && limit > 0 && used + DESCRIPTORS > limit
                    ? used + " of " + limit + " file descriptors are used, and the agent needs " + DESCRIPTORS
                            + " to begin"
                    : null;
        } catch (IOException e) {
            return "no file can be opened, as where all file descriptors are used: " + e.getMessage();
        }
    }
}
