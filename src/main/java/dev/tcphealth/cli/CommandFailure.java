package dev.tcphealth.cli;

/** Ends a command: the message is the one line a person reads, and says what to do. */
final class CommandFailure extends Exception {
    private final ExitCode exit;

    CommandFailure(ExitCode exit, String line) {
        super(line);
        this.exit = exit;
    }

    ExitCode exit() {
        return exit;
    }

    String line() {
        String message = getMessage();
        return message == null ? exit.name() : message;
    }
}
