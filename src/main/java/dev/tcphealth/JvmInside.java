package dev.tcphealth;

import dev.tcphealth.connection.CodePaths.BacktraceReader;
import dev.tcphealth.hotspot.JvmMemory;
import dev.tcphealth.kernel.ForeignAccess;
import java.io.FileDescriptor;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the core needs of the inside of the JVM, and only the weaver can reach. */
public interface JvmInside extends BacktraceReader, ForeignAccess {

    /** Bytes that have come in for a socket and the application has not read; 0 where the kernel does not say. */
    int unreadBytes(FileDescriptor fd);

    /** Whether a socket has failed and the application has not been told; false where the kernel does not say. */
    boolean hasError(FileDescriptor fd);

    /**
     * The memory of this process.
     *
     * @throws IOException if a class file of ours is not in the jar
     * @throws ReflectiveOperationException if the JVM refuses
     */
    JvmMemory memory() throws IOException, ReflectiveOperationException;

    /**
     * Sets one of the JVM's agent properties, which another process reads by the attach mechanism without loading
     * anything.
     *
     * @param value null to remove it
     */
    void publish(String key, @Nullable String value);

    /** Errors inside the agent that the application did not get to see, since the JVM started. */
    long errorsSwallowed();

    /** What of the JVM's socket code could not be woven, and what follows: one line each. */
    List<String> missing();
}
