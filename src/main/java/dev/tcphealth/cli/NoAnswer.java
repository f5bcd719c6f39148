package dev.tcphealth.cli;

import java.io.IOException;

/** The JVM took the request and gave no answer, or none that says anything. */
final class NoAnswer extends IOException {
    NoAnswer(String message) {
        super(message);
    }
}
