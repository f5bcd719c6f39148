package dev.tcphealth.weaver;

import dev.tcphealth.config.OptionException;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.function.BiFunction;

/**
 * Opens an {@link AgentSession}: for the launcher, which sees JDK types only. It makes this by a constructor without
 * parameters: reflection on one with four took JDK 25 20 ms, in which an application's first socket waited.
 */
public final class AgentStart implements BiFunction<Instrumentation, String, AutoCloseable> {

    /**
     * Gives the session.
     *
     * @param options of the agent, as text
     * @throws IllegalStateException with what went wrong as its cause
     */
    @Override
    public AutoCloseable apply(Instrumentation instrumentation, String options) {
        try {
            return new AgentSession(instrumentation, options);
        } catch (OptionException | IOException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
