package dev.tcphealth.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a command that was started as the JVM's user by the command of another user was told by it.
 *
 * @param startTicks of the process it is about: a later one with that pid is another
 * @param left of the deadline
 * @param jar where the operator's jar is, which may not be readable here: this one may run from a copy
 */
record ActingFor(long startTicks, Duration left, Path jar) {
    private static final String PROPERTY = "tcphealth.acting";

    static Optional<ActingFor> current() {
        String value = System.getProperty(PROPERTY);
        if (value == null) {
            return Optional.empty();
        }
        String[] parts = value.split(",", 3);
        return Optional.of(new ActingFor(
                Long.parseLong(parts[0]), Duration.ofMillis(Long.parseLong(parts[1])), Path.of(parts[2])));
    }

    /** The option that tells this to a Java launcher. */
    String option() {
        return "-D" + PROPERTY + "=" + startTicks + "," + left.toMillis() + "," + jar;
    }
}
