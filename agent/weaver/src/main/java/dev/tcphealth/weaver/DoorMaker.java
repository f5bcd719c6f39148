package dev.tcphealth.weaver;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.function.Function;
import sun.nio.ch.TcpHealthDoor;

/**
 * Brings the agent's loader into java.base. Loaded once more for this alone, by a loader that is thrown away: the package
 * that is opened for it stays open to whoever it was opened to.
 */
public final class DoorMaker implements Function<Instrumentation, Function<String[], Object>> {

    @Override
    public Function<String[], Object> apply(Instrumentation instrumentation) {
        try {
            HookClass.defineDoor(instrumentation);
            return new TcpHealthDoor();
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
