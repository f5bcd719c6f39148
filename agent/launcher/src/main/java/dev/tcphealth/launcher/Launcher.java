package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the entry points do, once it is known that the JVM is new enough: they hand what the JVM gives them on to the
 * agent behind its own loader, and keep no more of it than the object that they talk to.
 */
final class Launcher {

    private static final String AGENT = "dev.tcphealth.weaver.AgentEntry";
    private static final String DOOR = "dev.tcphealth.weaver.DoorMaker";

    private static final Object LOCK = new Object();

    /** The agent that runs in this JVM or is about to; guarded by LOCK. */
    private static @Nullable BiFunction<String, Instrumentation, Boolean> running;

    private Launcher() {}

    static void premain(@Nullable String options, Instrumentation instrumentation) {
        try {
            tell("@start," + (options == null ? "" : options), instrumentation);
        } catch (Throwable t) {
            complain("cannot start: " + t);
        }
    }

    static void agentmain(@Nullable String arguments, Instrumentation instrumentation) {
        try {
            tell(arguments == null ? "" : arguments, instrumentation);
        } catch (Throwable t) {
            complain("cannot do what was asked: " + t);
        }
    }

    private static void tell(String arguments, Instrumentation instrumentation) throws Exception {
        synchronized (LOCK) {
            BiFunction<String, Instrumentation, Boolean> agent = running;
            if (agent == null) {
                agent = open(instrumentation);
            }
            running = agent.apply(arguments, instrumentation) ? agent : null;
            if (running == null) {
                LastRecord.takePlace();
            }
        }
    }

    @SuppressWarnings("unchecked") // the class is ours and of the same jar
    private static BiFunction<String, Instrumentation, Boolean> open(Instrumentation instrumentation) throws Exception {
        Object made;
        try (IsolatingLoader once = new IsolatingLoader(jar())) {
            Function<Instrumentation, Function<String[], Object>> maker =
                    (Function<Instrumentation, Function<String[], Object>>) once.instance(DOOR);
            made = maker.apply(instrumentation).apply(new String[] {jar().toString(), AGENT});
        } catch (SecurityException e) {
            made = RetransformedDoor.open(instrumentation).apply(new String[] {RetransformedDoor.jar(), AGENT});
        }
        return (BiFunction<String, Instrumentation, Boolean>) made;
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
