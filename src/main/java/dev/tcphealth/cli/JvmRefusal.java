package dev.tcphealth.cli;

import java.io.IOException;

/** The JVM understood the request and said no, in these words. */
final class JvmRefusal extends IOException {
    private final String words;

    JvmRefusal(String words) {
        super(words);
        this.words = words;
    }

    String words() {
        return words;
    }
}
