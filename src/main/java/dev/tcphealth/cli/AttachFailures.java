package dev.tcphealth.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** Turns what went wrong while attaching into the line a person needs. */
final class AttachFailures {
    private static final String JAR_NOT_READ = "return code: 100"; // ATTACH_ERROR_BADJAR of InvocationAdapter.h
    private static final String AGENT_THREW = "return code: 102"; // ATTACH_ERROR_STARTFAIL

    private AttachFailures() {}

    static CommandFailure of(JvmProcess jvm, Deadline deadline, IOException cause) {
        try {
            ProcStatus status = jvm.proc().status();
            if (status.ended()) {
                return ended(jvm);
            }
            if (status.stopped()) {
                return stopped(jvm);
            }
        } catch (IOException e) {
            return ended(jvm);
        }
        String line = "JVM " + jvm.label();
        if (cause instanceof AttachTimeout) {
            line += " did not answer within " + deadline.timeout().toSeconds()
                    + " s: try again when it is less busy, or with a longer --timeout.";
        } else if (cause instanceof AccessDeniedException) {
            line += " cannot be attached to: no permission for " + cause.getMessage() + ".";
        } else {
            line += " cannot be attached to: " + oneLine(String.valueOf(cause.getMessage())) + ".";
        }
        return new CommandFailure(ExitCode.NOT_ATTACHABLE, line);
    }

    static CommandFailure stopped(JvmProcess jvm) {
        return new CommandFailure(
                ExitCode.NOT_ATTACHABLE,
                "JVM " + jvm.label() + " is stopped and cannot answer: let it go on with kill -CONT " + jvm.pid()
                        + ", or from the debugger that holds it.");
    }

    static CommandFailure ended(JvmProcess jvm) {
        return new CommandFailure(
                ExitCode.NO_JVM, "JVM " + jvm.label() + " ended meanwhile: see list for the JVMs running.");
    }

    /** @param words what the JVM said when it was told to load the agent */
    static CommandFailure notLoaded(JvmProcess jvm, Path agentJar, String words) {
        String label = "JVM " + jvm.label();
        if (words.contains("Dynamic agent loading is not enabled")) {
            return new CommandFailure(
                    ExitCode.NOT_ATTACHABLE,
                    label + " was started with -XX:-EnableDynamicAgentLoading: restart it with -javaagent:" + agentJar
                            + " instead.");
        }
        if (words.contains("Module java.instrument not found")) {
            return new CommandFailure(
                    ExitCode.NOT_ATTACHABLE,
                    "the runtime of " + label + " lacks the module java.instrument:"
                            + " make it with jlink --add-modules java.instrument,java.management,... and restart.");
        }
        if (words.equals(JAR_NOT_READ)) {
            return new CommandFailure(
                    ExitCode.NOT_ATTACHABLE,
                    "user " + jvm.user() + " of " + label + " cannot read " + agentJar
                            + ": copy it to where that user can, and run it from there.");
        }
        if (words.equals(AGENT_THREW)) {
            return new CommandFailure(
                    ExitCode.AGENT_REFUSED, "the agent failed to start in " + label + ": its standard error says why.");
        }
        return new CommandFailure(ExitCode.NOT_ATTACHABLE, label + " did not load the agent: " + oneLine(words) + ".");
    }

    static String oneLine(String words) {
        return words.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
