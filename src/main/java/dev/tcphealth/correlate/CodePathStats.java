package dev.tcphealth.correlate;

import dev.tcphealth.connection.CodePaths;
import java.time.Duration;
import java.util.List;

/**
 * What one code path did and what became of it. Totals count from the start of the agent or the last reset.
 *
 * @param id a number that is never another's while the agent runs
 * @param name the frame that is the application's: {@code com.acme.Client.fetch(Client.java:42)}, or a name in
 *     parentheses for rows that are no code path, such as {@code (opened before the agent)}
 * @param stack the frames kept, innermost first, one line each; empty for rows that are no code path
 * @param opened sockets this code path created to connect
 * @param accepted connections it accepted
 * @param closed connections it closed, whoever had opened them
 * @param failed sockets it created that never got connected
 * @param closedByCollector sockets it opened and the garbage collector had to close
 * @param leaked channels it opened that are open and that nothing refers to any more: nothing will ever close them
 * @param live sockets it opened or accepted whose descriptor is open now
 * @param states the connections it opened or accepted by the kernel's state now, those in TIME_WAIT included;
 *     of one that listens, also those that nobody has accepted yet
 * @param timeWaitByCloser sockets in TIME_WAIT now that this code path closed, whoever had opened them
 * @param oldestCloseWait how long its oldest connection in CLOSE_WAIT has been seen in that state; zero if none is
 * @param outcomes what became of the connections it opened or accepted
 * @param estimated whether stacks were a sample, so that the counts are in part an estimate; sums over all code paths are
 *     exact all the same, and times are those of captured events
 */
public record CodePathStats(
        int id,
        String name,
        List<String> stack,
        long opened,
        long accepted,
        long closed,
        long failed,
        long closedByCollector,
        long leaked,
        long live,
        StateCounts states,
        long timeWaitByCloser,
        Duration oldestCloseWait,
        Outcomes outcomes,
        boolean estimated) {

    public CodePathStats {
        stack = List.copyOf(stack);
    }

    /** Whether this is the row for all code paths that have none of their own. */
    public boolean isRest() {
        return id == CodePaths.OTHER_ID;
    }

    /** Whether a person can be told of it: false for what was not captured, of which nobody knows the code. */
    public boolean captured() {
        return !CodePaths.isNotCaptured(name);
    }

    /** Whether a name is that of a row for connections whose stack was not captured. */
    public static boolean isNotCaptured(String name) {
        return CodePaths.isNotCaptured(name);
    }
}
