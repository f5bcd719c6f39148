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
            throw new CommandFailure(
                    ExitCode.NOT_ATTACHABLE,
                    "JVM " + jvm.label() + " was started with -XX:+DisableAttachMechanism, so nothing can be attached:"
                            + " restart it without that, or with -javaagent.");
        }
        try {
            if (jvm.proc().status().stopped()) {
                throw AttachFailures.stopped(jvm);
            }
        } catch (IOException e) {
            throw AttachFailures.ended(jvm);
        }
    }
}
