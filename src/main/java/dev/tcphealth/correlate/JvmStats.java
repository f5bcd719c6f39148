package dev.tcphealth.correlate;

/**
 * What this JVM did and has. Totals count from the start of the agent; {@code opened + accepted + preexisting - closed} is
 * {@code live}, but for sockets that came or went while these were read.
 *
 * @param opened sockets created to connect, whether they did or not
 * @param accepted connections accepted
 * @param listeners listening sockets open now
 * @param closed sockets whose descriptor was released, those of {@code preexisting} included and listeners left out; what
 *     a selector keeps open after its close is not closed before the selector selects again
 * @param failed opened sockets that were closed without ever having been connected
 * @param closedByCollector of the closed ones: those that the garbage collector closed because the application had not
 * @param live sockets whose descriptor is open now, those of {@code preexisting} included and listeners left out
 * @param opensPerSecond opened and accepted, over the last interval
 * @param closesPerSecond closed, over the last interval
 * @param states live and recently closed connections of this JVM by the kernel's state
 * @param timeWaitOthers sockets in TIME_WAIT that this JVM is not known to have closed, or -1 if unknown
 * @param closeWaitOthers sockets in CLOSE_WAIT that this JVM is not known to hold, or -1 if unknown
 * @param leaked live channels that nothing refers to any more: nothing will ever close them
 * @param preexisting connections that were found open, whose opening the agent did not see: from before it, or of native
 *     code
 * @param openDescriptors descriptors of this process of any kind, or -1 where they cannot be listed
 */
public record JvmStats(
        long opened,
        long accepted,
        long listeners,
        long closed,
        long failed,
        long closedByCollector,
        long live,
        double opensPerSecond,
        double closesPerSecond,
        StateCounts states,
        long timeWaitOthers,
        long closeWaitOthers,
        long leaked,
        long preexisting,
        long openDescriptors) {

    public static final JvmStats NONE =
            new JvmStats(0, 0, 0, 0, 0, 0, 0, Double.NaN, Double.NaN, StateCounts.UNKNOWN, -1, -1, 0, 0, -1);
}
