package dev.tcphealth.correlate;

import dev.tcphealth.connection.ConnectOutcome;
import dev.tcphealth.connection.Durations;
import dev.tcphealth.connection.Ending;
import dev.tcphealth.connection.Tallies;

/**
 * What became of the connections of one code path, which opened or accepted them, or of one destination. Totals count
 * from the start of the agent or the last reset.
 *
 * @param endings how they ended
 * @param connects how connecting came out; nothing for accepted connections
 * @param lifetimes how long they lived, from creation to the release of the descriptor
 * @param traffic what they sent and received, as far as the kernel could be asked
 */
public record Outcomes(Endings endings, Connects connects, Times lifetimes, Traffic traffic) {

    public static final Outcomes NONE = new Outcomes(
            new Endings(0, 0, 0, 0, 0, 0, 0, 0), new Connects(0, 0, 0, 0, 0, 0, Times.NONE), Times.NONE, Traffic.NONE);

    static Outcomes of(Tallies tallies) {
        // In the order that never shows more retransmitted than sent, though they rise meanwhile.
        long syns = tallies.synRetransmitted.sum();
        long retransmitted = tallies.segmentsRetransmitted.sum();
        return new Outcomes(
                new Endings(
                        tallies.of(Ending.ACTIVE_FIN),
                        tallies.of(Ending.PASSIVE_FIN),
                        tallies.of(Ending.OUR_RESET),
                        tallies.of(Ending.PEER_RESET),
                        tallies.of(Ending.NEVER_CONNECTED),
                        tallies.of(Ending.UNKNOWN),
                        tallies.halfClosed.sum(),
                        tallies.deferred.sum()),
                new Connects(
                        tallies.of(ConnectOutcome.CONNECTED),
                        tallies.of(ConnectOutcome.REFUSED),
                        tallies.of(ConnectOutcome.TIMED_OUT),
                        tallies.of(ConnectOutcome.UNREACHABLE),
                        tallies.of(ConnectOutcome.NO_LOCAL_PORT),
                        tallies.of(ConnectOutcome.FAILED),
                        Times.of(tallies.connectTimes)),
                Times.of(tallies.lifetimes),
                new Traffic(
                        tallies.segmentsSent.sum(),
                        retransmitted,
                        syns,
                        tallies.bytesSent.sum(),
                        tallies.bytesReceived.sum(),
                        tallies.exchangesAtMost.sum()));
    }

    /**
     * How connections ended, by the kernel's state when the application closed them. The first six add up to the
     * connections closed.
     *
     * @param activeFin closed by this end first, with a FIN: TIME_WAIT is here
     * @param passiveFin closed by the peer first
     * @param ourReset closed by this end with a reset: SO_LINGER of 0, or data nobody had read
     * @param peerReset reset by the peer before
     * @param neverConnected sockets that had not been connected
     * @param unknown those whose state could not be asked
     * @param halfClosed of them, those this end had shut down for output before
     * @param deferred of them, those a selector or a blocked thread kept open after the close
     */
    public record Endings(
            long activeFin,
            long passiveFin,
            long ourReset,
            long peerReset,
            long neverConnected,
            long unknown,
            long halfClosed,
            long deferred) {}

    /**
     * How attempts to connect came out.
     *
     * @param connected established
     * @param refused by the peer
     * @param timedOut by the kernel or by the application's own limit
     * @param unreachable host or network
     * @param noLocalPort failed for want of an ephemeral port
     * @param failed for any other reason, or given up by the application
     * @param times from the first SYN until the JDK saw the connection established
     */
    public record Connects(
            long connected, long refused, long timedOut, long unreachable, long noLocalPort, long failed, Times times) {

        /** All that did not come to a connection. */
        public long notConnected() {
            return refused + timedOut + unreachable + noLocalPort + failed;
        }
    }

    /**
     * Segments and bytes of live and closed connections.
     *
     * @param segmentsSent retransmitted ones, SYNs and those without data included
     * @param segmentsRetransmitted of them, those retransmitted, SYNs and SYN-ACKs included; never more than were sent
     * @param synRetransmitted of these, SYNs and SYN-ACKs
     * @param bytesSent retransmitted ones included
     * @param bytesReceived in order
     * @param exchangesAtMost requests with their answers, or the like: there were no more, as each takes at least one
     *     segment with data in either direction
     */
    public record Traffic(
            long segmentsSent,
            long segmentsRetransmitted,
            long synRetransmitted,
            long bytesSent,
            long bytesReceived,
            long exchangesAtMost) {

        public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0);

        /** Segments retransmitted per segment sent, SYNs in both; NaN where none was sent. */
        public double retransmissionRatio() {
            return segmentsSent == 0 ? Double.NaN : (double) segmentsRetransmitted / segmentsSent;
        }
    }

    /**
     * Durations: the median and the 99th percentile are known to two digits, the maximum is exact; -1 where there was none.
     *
     * @param count how many there were
     * @param medianMicros about half of them took no longer, in microseconds
     * @param p99Micros about 99 of 100 took no longer
     * @param maxMicros none took longer
     */
    public record Times(long count, long medianMicros, long p99Micros, long maxMicros) {

        public static final Times NONE = new Times(0, -1, -1, -1);

        static Times of(Durations durations) {
            return new Times(
                    durations.count(),
                    durations.quantileMicros(0.5),
                    durations.quantileMicros(0.99),
                    durations.longestMicros());
        }
    }
}
