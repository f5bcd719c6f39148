package dev.tcphealth.correlate;

/**
 * What became of the connections of one code path, which opened or accepted them, or of one destination. Totals count
 * from the start of the agent or the last reset.
 *
 * @param endings how they ended
 * @param connects how connecting came out; nothing for accepted connections
 * @param lifetimes how long they lived, from creation to the release of the descriptor
 */
public record Outcomes(Endings endings, Connects connects, Times lifetimes) {

    public static final Outcomes NONE =
            new Outcomes(new Endings(0, 0, 0, 0, 0, 0, 0, 0), new Connects(0, 0, 0, 0, 0, 0, Times.NONE), Times.NONE);

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
     * Quantiles of durations, each at most 1/8 too high; -1 where there was none.
     *
     * @param count how many there were
     * @param medianMicros half of them took no longer, in microseconds
     * @param p99Micros 99 of 100 took no longer
     * @param maxMicros none took longer
     */
    public record Times(long count, long medianMicros, long p99Micros, long maxMicros) {

        public static final Times NONE = new Times(0, -1, -1, -1);
    }
}
