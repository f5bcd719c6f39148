package dev.tcphealth.connection;

import java.util.concurrent.atomic.LongAdder;

/** What became of connections, counted under a code path or a destination since the start of the agent or a reset. */
public final class Tallies {

    /** About what one takes of the heap: two histograms, and adders of 32 bytes that no two threads fight for. */
    static final int BYTES = 2 * 1056 + 20 * 32 + 128;

    private final LongAdder[] endings = adders(Ending.values().length);
    private final LongAdder[] outcomes = adders(ConnectOutcome.values().length);

    /** Closed by the application, but kept open by a selector or by a thread that was still reading or writing. */
    public final LongAdder deferred = new LongAdder();

    /** Shut down for output before they were closed. */
    public final LongAdder halfClosed = new LongAdder();

    /** Segments sent: SYNs, pure acknowledgements and retransmitted ones included, those of failed connects as well. */
    public final LongAdder segmentsSent = new LongAdder();

    /** Segments retransmitted, SYNs included. */
    public final LongAdder segmentsRetransmitted = new LongAdder();

    /** Of them, SYNs and SYN-ACKs. */
    public final LongAdder synRetransmitted = new LongAdder();

    public final LongAdder bytesSent = new LongAdder();
    public final LongAdder bytesReceived = new LongAdder();

    /**
     * Requests with their answers, or the like, at most: of each connection the smaller of the segments with data it sent
     * and those it received, as each exchange takes one or more of both.
     */
    public final LongAdder exchangesAtMost = new LongAdder();

    /** From creation to the release of the descriptor, of connected ones. */
    public final Durations lifetimes = new Durations();

    /** From the first SYN until the JDK noticed that the connection was established. */
    public final Durations connectTimes = new Durations();

    public long of(Ending ending) {
        return endings[index(ending)].sum();
    }

    public long of(ConnectOutcome outcome) {
        return outcomes[index(outcome)].sum();
    }

    void add(Ending ending) {
        endings[index(ending)].increment();
    }

    void add(ConnectOutcome outcome) {
        outcomes[index(outcome)].increment();
    }

    void traffic(long retransmitted, long segments, long out, long in, long exchanges) {
        // In this order, so that whoever reads the other way round never finds more retransmitted than sent.
        add(segmentsSent, segments);
        add(segmentsRetransmitted, retransmitted);
        add(bytesSent, out);
        add(bytesReceived, in);
        add(exchangesAtMost, exchanges);
    }

    /** Most are 0 most of the time, and an adder that is not touched is no cache line that is missed. */
    static void add(LongAdder adder, long more) {
        if (more != 0) {
            adder.add(more);
        }
    }

    /** Moves what is counted here, of which nothing is lost whoever counts meanwhile. */
    void moveTo(Tallies other) {
        for (int i = 0; i < endings.length; i++) {
            move(endings[i], other.endings[i]);
        }
        for (int i = 0; i < outcomes.length; i++) {
            move(outcomes[i], other.outcomes[i]);
        }
        move(deferred, other.deferred);
        move(halfClosed, other.halfClosed);
        move(segmentsSent, other.segmentsSent);
        move(segmentsRetransmitted, other.segmentsRetransmitted);
        move(synRetransmitted, other.synRetransmitted);
        move(bytesSent, other.bytesSent);
        move(bytesReceived, other.bytesReceived);
        move(exchangesAtMost, other.exchangesAtMost);
        lifetimes.moveTo(other.lifetimes);
        connectTimes.moveTo(other.connectTimes);
    }

    static void move(LongAdder from, LongAdder to) {
        add(to, from.sumThenReset());
    }

    void reset() {
        for (LongAdder adder : endings) {
            adder.reset();
        }
        for (LongAdder adder : outcomes) {
            adder.reset();
        }
        deferred.reset();
        halfClosed.reset();
        segmentsSent.reset();
        segmentsRetransmitted.reset();
        synRetransmitted.reset();
        bytesSent.reset();
        bytesReceived.reset();
        exchangesAtMost.reset();
        lifetimes.reset();
        connectTimes.reset();
    }

    @SuppressWarnings("EnumOrdinal") // never leaves this class
    private static int index(Enum<?> constant) {
        return constant.ordinal();
    }

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }
}
