package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the entry points do, once it is known that the JVM is new enough: they hand what the JVM gives them on to the
 * agent behind its own loader, and keep no more of it than the object that they talk to: see {@link Running}.
 */
final class Launcher {

    private static final String AGENT = "dev.tcphealth.weaver.AgentEntry";
    private static final String CHECK = "dev.tcphealth.weaver.OptionCheck";
    private static final String DOOR = "dev.tcphealth.weaver.DoorMaker";

    private static final Object LOCK = new Object();

    /** The agent that runs in this JVM or is about to; guarded by LOCK. */
    private static @Nullable Running running;

    private Launcher() {}

    static void premain(@Nullable String options, Instrumentation instrumentation) {
        try {
            String given = options == null ? "" : options;
            boolean checked = true;
            if (!given.isBlank()) {
                try {
                    String mistake = mistakeIn(given);
                    if (mistake != null) {
                        complain(mistake + "; the application runs without the agent");
                        return;
                    }
                } catch (SecurityException e) {
                    checked = false; // the policy does not let us: the agent itself may
                }
            }
            tell("@start," + given, instrumentation, false, !checked);
        } catch (Throwable t) {
            complain("cannot start: " + t);
        }
    }

    static void agentmain(@Nullable String arguments, Instrumentation instrumentation) {
        try {
            tell(arguments == null ? "" : arguments, instrumentation, true, true);
        } catch (Throwable t) {
            complain("cannot do what was asked: " + t);
        }
    }

    /**
     * Tells the agent something, which starts it if it is not there. From the return of this on every socket will be seen.
     *
     * @param atOnce start without a delay, on an attached JVM that is long since up
     * @param wait until it is up
     */
    private static void tell(String arguments, Instrumentation instrumentation, boolean atOnce, boolean wait)
            throws Exception {
        synchronized (LOCK) {
            Running before = running;
            Function<@Nullable Object[], Boolean> agent = before == null ? null : before.await();
            if (agent != null) {
                if (!agent.apply(new Object[] {arguments, instrumentation, null})) {
                    running = null;
                    LastRecord.takePlace();
                }
                return;
            }
            Running now = new Running();
            instrumentation.addTransformer(now.place(), true);
            running = now;
            now.start(new Starter(now, arguments, instrumentation, atOnce), atOnce);
            if (wait) {
                if (now.await() == null) {
                    running = null;
                    LastRecord.takePlace();
                }
            } else if (LateTransformer.targetLoaded(instrumentation.getAllLoadedClasses())) {
                // By an agent before this one: they will not be loaded again, so nobody would wait for the weaver.
                now.await(LateTransformer.PATIENCE_MILLIS);
            }
        }
    }

    /** Brings the agent's loader into java.base, and gives the agent's entry behind it. */
    @SuppressWarnings("unchecked") // the class is ours and of the same jar
    static Function<@Nullable Object[], Boolean> open(Instrumentation instrumentation) throws Exception {
        Object made;
        try (IsolatingLoader once = new IsolatingLoader(jar())) {
            Function<Instrumentation, Function<String[], Object>> maker =
                    (Function<Instrumentation, Function<String[], Object>>) once.instance(DOOR);
            made = maker.apply(instrumentation).apply(new String[] {jar().toString(), AGENT});
        } catch (SecurityException e) {
            made = RetransformedDoor.open(instrumentation).apply(new String[] {RetransformedDoor.jar(), AGENT});
        }
        return (Function<@Nullable Object[], Boolean>) made;
    }

    @SuppressWarnings("unchecked") // likewise
    private static @Nullable String mistakeIn(String options) throws IOException, ReflectiveOperationException {
        try (IsolatingLoader once = new IsolatingLoader(jar())) {
            return ((UnaryOperator<@Nullable String>) once.instance(CHECK)).apply(options);
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
