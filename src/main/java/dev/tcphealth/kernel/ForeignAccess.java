package dev.tcphealth.kernel;

import java.io.IOException;

/** Makes {@link NativeSockets} by java.lang.foreign. Only a class of java.base can without the user granting it. */
@FunctionalInterface
public interface ForeignAccess {

    /** The JDK that first has java.lang.foreign for good (JEP 454). */
    int FIRST_JDK = 22;

    /**
     * To be called on the agent's own thread, and on JDK {@value #FIRST_JDK} and later only. What is missing may also
     * come as a {@link LinkageError}.
     */
    NativeSockets foreignSockets() throws IOException, ReflectiveOperationException;
}
