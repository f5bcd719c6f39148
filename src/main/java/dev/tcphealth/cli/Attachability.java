package dev.tcphealth.cli;

import java.io.IOException;

/** What is known of a JVM before touching it, so that one that would answer SIGQUIT in another way gets none. */
final class Attachability {
    private Attachability() {}

    static void check(JvmProcess jvm) throws CommandFailure {
        JavaCommand command = jvm.command();
        if (jvm.openJ9()) {
            throw new CommandFailure(
                    ExitCode.NO_JVM, "JVM " + jvm.label() + " is OpenJ9; the agent can be attached to HotSpot only.");
        }
        if (command.flag("DisableAttachMechanism").orElse(false)) {
            throw restart(jvm, "-XX:+DisableAttachMechanism");
        }
        try {
            ProcStatus status = jvm.proc().status();
            if (status.stopped()) {
                throw new CommandFailure(
                        ExitCode.NOT_ATTACHABLE,
                        "JVM " + jvm.label() + " is stopped and cannot answer: let it go on with kill -CONT "
                                + jvm.pid() + ", or from the debugger that holds it.");
            }
            if (!status.catchesQuit() && reducesSignals(command)) {
                throw restart(jvm, "-Xrs");
            }
        } catch (IOException e) {
            throw AttachFailures.ended(jvm);
        }
    }

    private static CommandFailure restart(JvmProcess jvm, String option) {
        return new CommandFailure(
                ExitCode.NOT_ATTACHABLE,
                "JVM " + jvm.label() + " was started with " + option
                        + ", so nothing can be attached: restart it without that, or with -javaagent.");
    }

    private static boolean reducesSignals(JavaCommand command) {
        return command.jvmOptions().contains("-Xrs")
                || command.flag("ReduceSignalUsage").orElse(false);
    }
}
