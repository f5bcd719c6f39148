package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.function.ToIntBiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the entry points do, once it is known that the JVM is new enough. Holds the one agent of this JVM. */
final class Launcher {

    /** What our own command line asks of an attached agent: {@code @attach,NONCE,OPTIONS}; else, options. */
    private static final String ATTACH = "@attach";

    private static final String DETACH = "@detach";

    private static final Object LOCK = new Object();

    /** The agent that runs in this JVM or is about to; guarded by LOCK. */
    private static @Nullable RunningAgent running;

    private Launcher() {}

    static void premain(@Nullable String options, Instrumentation instrumentation) {
        try {
            String refusal = start(options, instrumentation, false);
            if (refusal != null) {
                complain(refusal);
            }
        } catch (Throwable t) {
            complain("cannot start: " + t);
        }
    }

    static void agentmain(@Nullable String arguments, Instrumentation instrumentation) {
        try {
            String[] parts = arguments == null ? new String[0] : arguments.split(",", 3);
            if (parts.length > 1 && parts[0].equals(ATTACH)) {
                new Reply(parts[1], instrumentation).put(attach(parts.length > 2 ? parts[2] : "", instrumentation));
            } else if (parts.length > 1 && parts[0].equals(DETACH)) {
                new Reply(parts[1], instrumentation).put(detach());
            } else {
                String refusal = start(arguments, instrumentation, true);
                if (refusal != null) {
                    complain(refusal);
                }
            }
        } catch (Throwable t) {
            complain("cannot do what was asked: " + t);
        }
    }

    /** Gives the exit code */
    static int commandLine(String[] args) {
        try (IsolatingLoader loader = new IsolatingLoader(jar())) {
            Thread.currentThread().setContextClassLoader(loader);
            @SuppressWarnings("unchecked") // the class is ours and of the same jar
            ToIntBiFunction<String[], Path> commands =
                    (ToIntBiFunction<String[], Path>) loader.instance("dev.tcphealth.weaver.Commands");
            return commands.applyAsInt(args, jar());
        } catch (IOException | ReflectiveOperationException e) {
            complain("this jar is not whole: " + e);
            return 1;
        }
    }

    private static String attach(String options, Instrumentation instrumentation) {
        try {
            String refusal = start(options, instrumentation, true);
            return refusal == null ? Reply.OK : Reply.REFUSED + refusal;
        } catch (Throwable t) {
            return Reply.FAILED + t;
        }
    }

    private static String detach() {
        synchronized (LOCK) {
            RunningAgent agent = running;
            if (agent == null) {
                return Reply.REFUSED + "the agent is not in this JVM";
            }
            running = null;
            try {
                agent.stop();
                return Reply.OK;
            } catch (Throwable t) {
                return Reply.FAILED + t;
            }
        }
    }

    /** Gives why it was not started, or null if it was */
    private static @Nullable String start(@Nullable String options, Instrumentation instrumentation, boolean now)
            throws Exception {
        synchronized (LOCK) {
            if (running != null) {
                return "the agent is in this JVM already: this second one is not started";
            }
            IsolatingLoader loader = new IsolatingLoader(jar());
            String mistake = options == null || options.isBlank() ? null : mistakeIn(options, loader);
            if (mistake != null) {
                loader.close();
                return mistake + "; the application runs without the agent";
            }
            RunningAgent agent = new RunningAgent(loader, instrumentation, options == null ? "" : options, now);
            agent.start();
            running = agent;
            return null;
        }
    }

    private static @Nullable String mistakeIn(String options, IsolatingLoader loader)
            throws ReflectiveOperationException {
        @SuppressWarnings("unchecked") // the class is ours and of the same jar
        UnaryOperator<@Nullable String> check =
                (UnaryOperator<@Nullable String>) loader.instance("dev.tcphealth.weaver.OptionCheck");
        return check.apply(options);
    }

    /** The jar these classes came from. */
    private static Path jar() throws IOException {
        try {
            return Path.of(Launcher.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IOException("the agent's jar cannot be found: " + e.getMessage(), e);
        }
    }

    static void complain(String what) {
        PrintStream err = System.err;
        err.println("tcp-health: " + what.replace('\n', ' '));
    }
}
