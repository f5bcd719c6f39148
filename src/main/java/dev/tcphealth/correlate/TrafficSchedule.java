package dev.tcphealth.correlate;

import dev.tcphealth.kernel.HostReader;

/**
 * Says in which samples the kernel's totals of each connection, TCP_INFO, are read along with its state. With 19,900 live
 * connections and 50,000 sockets in TIME_WAIT they are 4 of the 37 ms that the reading takes, and nothing is lost where
 * that is done less often: they only rise, and are read at the close of a connection in any case.
 *
 * <p>With many sockets that is only done now and then while nobody in the network namespace retransmits. As soon as anyone
 * has, and for a while after, it is done in each sample: so the retransmitted segments of a sample are exact in every one,
 * and so are the segments sent that they are compared with.
 */
final class TrafficSchedule {

    /** Sockets besides those in TIME_WAIT, which have no totals. */
    static final int MANY = 5000;

    static final int EVERY = 6;

    private static final long UNKNOWN = -1;

    private final HostReader host;

    /** The namespace's retransmitted segments before the totals were last read. */
    private long retransmitted = UNKNOWN;

    private long retransmittedNow = UNKNOWN;
    private int left;

    TrafficSchedule(HostReader host) {
        this.host = host;
    }

    /**
     * Whether the sample that begins now is to read the totals.
     *
     * @param sockets how many there are in the network namespace, those in TIME_WAIT left out; negative if unknown
     * @param lossy whether anyone has retransmitted lately
     */
    boolean isDue(int sockets, boolean lossy) {
        // Asked before the sockets are: whatever is retransmitted after this is seen to have risen in the next sample.
        retransmittedNow = sockets <= MANY || lossy ? UNKNOWN : host.retransmittedSegments();
        return retransmittedNow == UNKNOWN || retransmittedNow != retransmitted || left <= 1;
    }

    /** The totals were read. */
    void read() {
        retransmitted = retransmittedNow;
        left = EVERY;
    }

    /** The totals were not due. */
    void leftOut() {
        left--;
    }
}
