package dev.tcphealth.weaver;

import dev.tcphealth.config.OptionException;
import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One agent from its start to its end: its session, and the transformer of the launcher that hands classes on to it. */
final class RunningAgent {

    private final Instrumentation instrumentation;
    private final ClassFileTransformer place;

    private @Nullable AgentSession session;

    /** @param place is registered, and has whoever loads a class to weave wait until it is told of the weaver */
    RunningAgent(Instrumentation instrumentation, ClassFileTransformer place) {
        this.instrumentation = instrumentation;
        this.place = place;
    }

    /**
     * Returns when all is up; where that fails, nothing stays.
     *
     * @param atOnce show the first MBeans now, and not when the application has had time to start
     */
    void start(String options, boolean atOnce) throws OptionException, IOException, ReflectiveOperationException {
        try {
            AgentSession made = new AgentSession(instrumentation, options);
            session = made;
            hand(made);
            made.begin(atOnce);
        } catch (Throwable t) {
            try {
                stop();
            } catch (Throwable also) {
                // With no memory left the JVM throws one and the same error again, which must not suppress itself.
                if (!also.equals(t)) {
                    t.addSuppressed(also);
                }
            }
            throw t;
        }
    }

    /** Leaves nothing behind but the classes in java.base, of which the hook is empty. */
    void stop() {
        instrumentation.removeTransformer(place);
        hand(null);
        AgentSession ending = session;
        session = null;
        if (ending != null) {
            ending.close();
        }
    }

    /** From now on this weaves; null if there will be none. */
    @SuppressWarnings("unchecked") // the launcher's, which sees JDK types only
    private void hand(@Nullable ClassFileTransformer weaver) {
        ((Consumer<@Nullable ClassFileTransformer>) place).accept(weaver);
    }
}
