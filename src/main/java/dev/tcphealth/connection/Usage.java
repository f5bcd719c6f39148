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

    /** How long these lived together, in microseconds. */
    public final LongAdder lifetimeMicros = new LongAdder();

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
        Tallies.add(segmentsSent, segments);
        Tallies.add(segmentsRetransmitted, retransmitted);
    }

    void lived(long nanos) {
        ended.increment();
        Tallies.add(lifetimeMicros, nanos / 1000);
    }

    /** Moves what is counted here. */
    void moveTo(Usage other) {
        Tallies.move(connections, other.connections);
        Tallies.move(notConnected, other.notConnected);
        Tallies.move(noLocalPort, other.noLocalPort);
        Tallies.move(ended, other.ended);
        Tallies.move(lifetimeMicros, other.lifetimeMicros);
        Tallies.move(segmentsSent, other.segmentsSent);
        Tallies.move(segmentsRetransmitted, other.segmentsRetransmitted);
    }

    void reset() {
        connections.reset();
        notConnected.reset();
        noLocalPort.reset();
        ended.reset();
        lifetimeMicros.reset();
        segmentsSent.reset();
        segmentsRetransmitted.reset();
    }
}
