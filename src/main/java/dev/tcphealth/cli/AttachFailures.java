package dev.tcphealth.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;

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
        if (cause instanceof JvmFiles.NoListener listener) {
            return noListener(jvm, listener);
        }
        String line = "JVM " + jvm.label();
        if (cause instanceof AttachTimeout || cause instanceof NoAnswer) {
            Optional<CommandFailure> exhausted = exhausted(jvm);
            if (exhausted.isPresent()) {
                return exhausted.get();
            }
        }
        if (cause instanceof AttachTimeout) {
            line += " did not answer within " + deadline.seconds()
                    + " s: try again when it is less busy, or with a longer --timeout.";
        } else if (cause instanceof AccessDeniedException) {
            line += " cannot be attached to: no permission for " + cause.getMessage() + ".";
        } else if (cause instanceof JvmRefusal refusal) {
            line += " refused: " + quoted(refusal.words()) + ".";
        } else {
            line += " cannot be attached to: " + oneLine(String.valueOf(cause.getMessage())) + ".";
        }
        return new CommandFailure(ExitCode.NOT_ATTACHABLE, line);
    }

    /** For a JVM that did not answer, or whose answer is no use: empty where it has descriptors left. */
    private static Optional<CommandFailure> exhausted(JvmProcess jvm) {
        try {
            return Optional.of(DescriptorUse.read(jvm.proc().folder()))
                    .filter(DescriptorUse::nearlyExhausted)
                    .map(use -> exhausted(jvm, use));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static CommandFailure exhausted(JvmProcess jvm, DescriptorUse use) {
        return new CommandFailure(
                ExitCode.NOT_ATTACHABLE,
                "JVM " + jvm.label() + " cannot answer: " + use + ", and it takes one to answer. Find what leaves them"
                        + " open, raise its limit (ulimit -n), or try again when some are closed.");
    }

    static CommandFailure noReply(JvmProcess jvm) {
        Optional<CommandFailure> exhausted = exhausted(jvm);
        return exhausted.isPresent()
                ? exhausted.get()
                : new CommandFailure(
                        ExitCode.AGENT_REFUSED,
                        "the agent in JVM " + jvm.label() + " gave no answer that this version understands:"
                                + " use the jar that it was attached or started with.");
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

    static CommandFailure notReadable(JvmProcess jvm, String agentJar) {
        return new CommandFailure(
                ExitCode.NOT_ATTACHABLE,
                "user " + jvm.user() + " of JVM " + jvm.label() + " cannot read " + agentJar
                        + ": copy it to where that user can, and run it from there.");
    }

    /** @param cause why the jar could not be put into the JVM's container */
    static CommandFailure notCopied(JvmProcess jvm, Path agentJar, IOException cause) {
        if (cause instanceof JvmFiles.NoListener listener) {
            return noListener(jvm, listener);
        }
        if (JvmFiles.readOnly(cause)) {
            return noListener(jvm, new JvmFiles.NoListener("has a read-only /tmp", cause));
        }
        if (cause instanceof AccessDeniedException) {
            return noListener(jvm, new JvmFiles.NoListener("may not write to its /tmp", cause));
        }
        return new CommandFailure(
                ExitCode.NOT_ATTACHABLE,
                "JVM " + jvm.label() + " does not have this jar at " + agentJar
                        + " (it runs in a container), nor can it be given a copy: "
                        + oneLine(String.valueOf(cause.getMessage())) + ". Copy the jar to that very path there.");
    }

    private static CommandFailure noListener(JvmProcess jvm, JvmFiles.NoListener listener) {
        return new CommandFailure(
                ExitCode.NOT_ATTACHABLE,
                "JVM " + jvm.label() + " " + listener.why()
                        + ", and can be attached to only where it can make a socket in /tmp: mount one that its user"
                        + " may write to, or start it with -javaagent and read its MBeans by JMX.");
    }

    /** @param words what the JVM said when it was told to load the agent */
    static CommandFailure notLoaded(JvmProcess jvm, String agentJar, String words) {
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
        Optional<CommandFailure> exhausted = exhausted(jvm);
        if (exhausted.isPresent()) {
            return exhausted.get();
        }
        if (words.equals(JAR_NOT_READ)) {
            return notReadable(jvm, agentJar);
        }
        if (words.equals(AGENT_THREW)) {
            return new CommandFailure(
                    ExitCode.AGENT_REFUSED, "the agent failed to start in " + label + ": its standard error says why.");
        }
        return new CommandFailure(ExitCode.NOT_ATTACHABLE, label + " did not load the agent: " + quoted(words) + ".");
    }

    /** What another process said, which is not ours. */
    static String quoted(String words) {
        return '"' + oneLine(words).replace('"', '\'') + '"';
    }

    static String oneLine(String words) {
        return words.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
