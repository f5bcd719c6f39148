package dev.tcphealth.connection;

import java.util.concurrent.atomic.LongAdder;

/** What one code path did to one destination. Counters are totals since the start of the agent or a reset. */
public final class Usage {

    private final CodePath codePath;

    /** Connections that lead there, established or not. */
    public final LongAdder connections = new LongAdder();

    /** Of them, those that did not come to a connection, for whatever reason. */
    public final LongAdder notConnected = new LongAdder();

    /** Of these, those for want of an ephemeral port. */
    public final LongAdder noLocalPort = new LongAdder();

    /** Connections that were established and are over. */
    public final LongAdder ended = new LongAdder();

    /** How long these lived together, in milliseconds. */
    public final LongAdder lifetimeMillis = new LongAdder();

    public final LongAdder segmentsSent = new LongAdder();

    /** Of them, those sent again, SYNs included. */
    public final LongAdder segmentsRetransmitted = new LongAdder();

    Usage(CodePath codePath) {
        this.codePath = codePath;
    }

    /** Who opened or accepted the connections; the code path for all others where too many do. */
    public CodePath codePath() {
        return codePath;
    }

    void traffic(long retransmitted, long segments) {
        Tallies.add(segmentsRetransmitted, retransmitted);
        Tallies.add(segmentsSent, segments);
    }

    void lived(long nanos) {
        ended.increment();
        Tallies.add(lifetimeMillis, nanos / 1_000_000);
    }

    void reset() {
        connections.reset();
        notConnected.reset();
        noLocalPort.reset();
        ended.reset();
        lifetimeMillis.reset();
        segmentsSent.reset();
        segmentsRetransmitted.reset();
    }
}
