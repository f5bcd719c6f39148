package dev.tcphealth.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of the agent. */
public final class Version {

    private Version() {}

    /** The version this was built as, such as 0.1.0. */
    public static String current() {
        try (InputStream in = Version.class.getClassLoader().getResourceAsStream("dev/tcphealth/config/version.txt")) {
            return in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
