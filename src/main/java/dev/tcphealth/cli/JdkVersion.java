package dev.tcphealth.cli;

import java.util.List;
import java.util.OptionalInt;

/** JAVA_VERSION of a JDK's {@code release} file, or {@code -} where that is not known. */
record JdkVersion(String text) {
    static final JdkVersion UNKNOWN = new JdkVersion("-");

    static JdkVersion parse(List<String> release) {
        String key = "JAVA_VERSION=";
        return release.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).replace("\"", "").trim())
                .filter(version -> version.matches("[0-9A-Za-z._+-]{1,40}"))
                .findFirst()
                .map(JdkVersion::new)
                .orElse(UNKNOWN);
    }

    /** 17 of 17.0.15, 8 of 1.8.0_402; empty where unknown. */
    OptionalInt feature() {
        String[] parts = text.split("[._+-]", 3);
        try {
            int first = Integer.parseInt(parts[0]);
            return OptionalInt.of(first == 1 && parts.length > 1 ? Integer.parseInt(parts[1]) : first);
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    boolean known() {
        return !equals(UNKNOWN);
    }

    @Override
    public String toString() {
        return text;
    }
}
