package dev.tcphealth.weaver;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/** One agent from its start to its end: the transformer that holds the weaver's place, the starter, the session. */
final class RunningAgent implements Runnable {

    /** The JVM's own start has both processors to itself so long, unless network code shows before. */
    private static final long START_DELAY_MILLIS = 500;

    private static final long START_TIMEOUT_MILLIS = 60_000;

    private final Instrumentation instrumentation;
    private final String options;
    private final boolean atOnce;
    private final LateTransformer transformer = new LateTransformer();
    private final Thread starter = new Thread(null, this, "tcp-health-start", 0, false);

    private volatile @Nullable AgentSession session;
    private volatile @Nullable Throwable failure;

    /** @param atOnce start now, on an attached JVM that is long since up, and not when network code shows */
    RunningAgent(Instrumentation instrumentation, String options, boolean atOnce) {
        this.instrumentation = instrumentation;
        this.options = options;
        this.atOnce = atOnce;
    }

    /**
     * From its return on every socket will be seen. Returns at once, unless an agent before this one has loaded socket
     * classes: they will not be loaded again, so nobody would wait for the weaver. If started at once, returns when all
     * is up.
     *
     * @throws Exception what went wrong, if it was started at once
     */
    void start() throws Exception {
        transformer.startedBy(starter);
        instrumentation.addTransformer(transformer, true);
        boolean late = !atOnce && LateTransformer.targetLoaded(instrumentation.getAllLoadedClasses());
        if (late) {
            transformer.hurry();
        }
        starter.setDaemon(true);
        starter.setContextClassLoader(null);
        starter.start();
        if (late) {
            starter.join(LateTransformer.PATIENCE_MILLIS);
        }
        if (atOnce) {
            starter.join(START_TIMEOUT_MILLIS);
            Throwable cause = failure;
            if (cause != null) {
                throw new IllegalStateException("the agent could not start: " + rootOf(cause), cause);
            }
        }
    }

    @Override
    public void run() {
        try {
            if (!atOnce) {
                transformer.awaitSign(START_DELAY_MILLIS);
            }
            AgentSession made = new AgentSession(instrumentation, options);
            session = made;
            transformer.ready(made);
            made.begin(atOnce);
        } catch (Throwable t) {
            failure = t;
            try {
                end();
            } catch (Throwable also) {
                // With no memory left the JVM throws one and the same error again, which must not suppress itself.
                if (!also.equals(t)) {
                    t.addSuppressed(also);
                }
            }
            if (!atOnce) {
                AgentEntry.complain("could not start, the application runs without it: " + rootOf(t));
            }
        }
    }

    /** Whether its start has failed: then it has ended. */
    boolean failed() {
        return failure != null;
    }

    /** Leaves nothing behind but the classes in java.base, of which the hook is empty. */
    void stop() throws Exception {
        transformer.hurry();
        starter.join(START_TIMEOUT_MILLIS);
        end();
    }

    private void end() throws Exception {
        instrumentation.removeTransformer(transformer);
        transformer.ready(null);
        AgentSession ending = session;
        session = null;
        if (ending != null) {
            ending.close();
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
