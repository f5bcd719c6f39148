package dev.tcphealth.mbean;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the MBeans may ask of the agent and do to it, from any thread. */
public interface AgentControl {

    /** Called once per attribute that shows some of it: cheap, throws nothing, never reads the kernel. */
    AgentStatus status();

    /** Sets the totals of all code paths to 0. What is open and what sits in a state now stays counted. */
    void reset();

    /**
     * The last report as text.
     *
     * @throws IllegalArgumentException if there is none yet, with a message that says so
     */
    String report();

    /**
     * Writes the last report as text to a new file, as the user this JVM runs as.
     *
     * @param path whatever a client sent
     * @return the file's path
     * @throws IllegalArgumentException if it was not written, with a message that says why
     */
    String writeReport(@Nullable String path);

    /** The limits that findings are judged by, by name, as they would be written. */
    Map<String, String> limits();

    /**
     * Sets one of them, from the next sample on.
     *
     * @throws IllegalArgumentException if there is no such limit or it cannot have that value, with a message that says
     *     what would be right
     */
    void limit(String name, String value);

    /** The time between two samples. */
    Duration interval();

    /**
     * Sets the time between two samples, from the next one on.
     *
     * @param interval whatever a client sent, zero and below included
     * @throws IllegalArgumentException if the agent refuses it, with a message that says which are allowed
     */
    void interval(Duration interval);
}
