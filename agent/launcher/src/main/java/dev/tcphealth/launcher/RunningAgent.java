package dev.tcphealth.launcher;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One agent from its start to its end: the loader of zone 3, the transformer that holds the weaver's place, and the
 * session in zone 3, which is known here as JDK types only.
 */
final class RunningAgent implements Runnable {

    /** The JVM's own start has both processors to itself so long, unless network code shows before. */
    private static final long START_DELAY_MILLIS = 500;

    private static final long START_TIMEOUT_MILLIS = 60_000;

    private final IsolatingLoader loader;
    private final Instrumentation instrumentation;
    private final String options;
    private final Path jar;
    private final boolean atOnce;
    private final LateTransformer transformer = new LateTransformer();
    private final Thread starter = new Thread(null, this, "tcp-health-start", 0, false);

    private volatile @Nullable AutoCloseable session;
    private volatile @Nullable Throwable failure;

    /** @param atOnce start now, on an attached JVM that is long since up, and not when network code shows */
    RunningAgent(IsolatingLoader loader, Instrumentation instrumentation, String options, Path jar, boolean atOnce) {
        this.loader = loader;
        this.instrumentation = instrumentation;
        this.options = options;
        this.jar = jar;
        this.atOnce = atOnce;
    }

    /**
     * Returns at once from here on every socket will be seen; if started at once, returns when all is up.
     *
     * @throws Exception what went wrong, if it was started at once
     */
    void start() throws Exception {
        transformer.startedBy(starter);
        instrumentation.addTransformer(transformer, true);
        starter.setDaemon(true);
        starter.setContextClassLoader(loader);
        starter.start();
        if (atOnce) {
            starter.join(START_TIMEOUT_MILLIS);
            Throwable cause = failure;
            if (cause != null) {
                throw new IllegalStateException("the agent could not start: " + cause, cause);
            }
        }
    }

    @Override
    public void run() {
        try {
            if (!atOnce) {
                transformer.awaitSign(START_DELAY_MILLIS);
            }
            Object made = loader.loadClass("dev.tcphealth.weaver.AgentSession")
                    .getConstructor(Instrumentation.class, String.class, Path.class, boolean.class)
                    .newInstance(instrumentation, options, jar, atOnce);
            session = (AutoCloseable) made;
            transformer.ready((ClassFileTransformer) made);
            ((Runnable) made).run();
        } catch (Throwable t) {
            failure = t;
            transformer.ready(null);
            instrumentation.removeTransformer(transformer);
            if (!atOnce) {
                Launcher.complain("could not start, the application runs without it: " + rootOf(t));
            }
        }
    }

    /** Leaves nothing behind but the hook, empty. */
    void stop() throws Exception {
        starter.join(START_TIMEOUT_MILLIS);
        instrumentation.removeTransformer(transformer);
        transformer.ready(null);
        AutoCloseable ending = session;
        session = null;
        try {
            if (ending != null) {
                ending.close();
            }
        } finally {
            loader.close();
        }
    }

    private static Throwable rootOf(Throwable t) {
        Throwable root = t;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
