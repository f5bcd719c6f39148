package dev.tcphealth.kernel;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how native calls are made: by java.lang.foreign on JDK 22 and later, by JNA before. JNA is not tried on later
 * JDKs, as the JVM warns of every library that is loaded without the user granting it (JEP 472).
 */
public final class NativeAccess implements AutoCloseable {

    private static final int NO_DESCRIPTOR = -1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;

    private final @Nullable NativeSockets sockets;
    private final String description;

    private NativeAccess(@Nullable NativeSockets sockets, String description) {
        this.sockets = sockets;
        this.description = description;
    }

    /**
     * Tries what this JVM offers. Takes 50-150 ms: to be called on the agent's own thread, and not while the application
     * starts, since JNA initialises java.util.logging.
     */
    public static NativeAccess open(ForeignAccess foreign) {
        return open(foreign, JnaLoader::load, Runtime.version().feature());
    }

    static NativeAccess open(ForeignAccess foreign, Jna jna, int jdk) {
        boolean isForeign = jdk >= ForeignAccess.FIRST_JDK;
        String name = isForeign ? "java.lang.foreign" : "JNA";
        try {
            NativeSockets sockets = isForeign ? foreign.foreignSockets() : jna.load();
            int answer = sockets.getsockopt(NO_DESCRIPTOR, SOL_SOCKET, SO_TYPE, new byte[Integer.BYTES]);
            if (answer == -NativeSockets.EBADF) {
                String why = isForeign
                        ? "JNA is for JDKs older than " + ForeignAccess.FIRST_JDK
                        : "JDK " + jdk + " has no java.lang.foreign";
                return new NativeAccess(sockets, name + " (" + why + ")");
            }
            sockets.dispose();
            return new NativeAccess(null, "none: " + name + " does not work here: a call gave " + answer);
        } catch (Exception | Error e) {
            return new NativeAccess(null, "none: " + name + " does not work here: " + reason(e));
        }
    }

    /** The calls; empty where none can be made, and then {@link #description} says why. */
    public Optional<NativeSockets> sockets() {
        return Optional.ofNullable(sockets);
    }

    /** Which implementation is used and why not the other, or why none: one line without its end. */
    public String description() {
        return description;
    }

    /** Lets go of what the calls needed. None may follow; one that is under way in another thread is not disturbed. */
    @Override
    public void close() {
        if (sockets != null) {
            sockets.dispose();
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = cause.getMessage();
        String kind = cause.getClass().getSimpleName();
        return text == null || text.isBlank()
                ? kind
                : (cause instanceof IOException ? "" : kind + ": ")
                        + text.strip().lines().findFirst().orElse("");
    }

    /** How JNA is loaded; tests put something else in its place. */
    interface Jna {
        NativeSockets load() throws IOException, ReflectiveOperationException;
    }
}
