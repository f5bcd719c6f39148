package dev.tcphealth.cli;

import java.io.IOException;

/** The JVM did not answer before the deadline. */
final class AttachTimeout extends IOException {
    AttachTimeout() {
        super("no answer in time");
    }
}
