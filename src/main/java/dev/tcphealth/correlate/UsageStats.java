package dev.tcphealth.correlate;

import dev.tcphealth.connection.CodePaths;

/**
 * What one code path did to one destination. Totals count from the start of the agent or the last reset.
 *
 * @param codePath the code path's id
 * @param name the code path's name
 * @param connections connections that lead there, established or not
 * @param notConnected of them, those that did not come to a connection
 * @param noLocalPort of these, those for want of an ephemeral port
 * @param ended established ones that are over
 * @param lifetimeMicros how long these lived together, in microseconds
 * @param segmentsSent segments sent, as far as the kernel could be asked
 * @param segmentsRetransmitted of them, those sent again
 * @param states the connections by the kernel's state now, those in TIME_WAIT included
 */
public record UsageStats(
        int codePath,
        String name,
        long connections,
        long notConnected,
        long noLocalPort,
        long ended,
        long lifetimeMicros,
        long segmentsSent,
        long segmentsRetransmitted,
        StateCounts states) {

    /** Whether a person can be told of it: false for what was not captured, of which nobody knows the code. */
    public boolean captured() {
        return !CodePaths.isNotCaptured(name);
    }
}
