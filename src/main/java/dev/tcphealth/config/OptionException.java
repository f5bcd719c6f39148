package dev.tcphealth.config;

/** A mistake in the options. The message is one line that says what to write instead. */
public final class OptionException extends Exception {

    OptionException(String message) {
        super(message);
    }
}
