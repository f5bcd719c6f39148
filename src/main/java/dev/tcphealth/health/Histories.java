package dev.tcphealth.health;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.Outcomes;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.correlate.UsageStats;
import dev.tcphealth.kernel.TcpState;
import java.util.List;

/** The totals of the last Snapshots that rules look back on. */
final class Histories {

    /** By destination; see the {@code TO_} numbers. */
    final History destinations = new History(TO_WIDTH, true);

    static final int TO_ATTEMPTS = 0;
    static final int TO_CONNECTED = 1;
    static final int TO_REFUSED = 2;
    static final int TO_TIMED_OUT = 3;
    static final int TO_UNREACHABLE = 4;
    static final int TO_OTHER_FAILURES = 5;
    static final int TO_NO_LOCAL_PORT = 6;
    static final int TO_FAILURES = 7;
    static final int TO_CONNECTIONS = 8;
    static final int TO_ENDED = 9;
    static final int TO_ENDED_BY_US = 10;
    static final int TO_RESET_BY_PEER = 11;
    private static final int TO_WIDTH = 12;

    /** By destination, of those Snapshots that read them; see the {@code SEGMENTS_} numbers. */
    final History segments = new History(SEGMENTS_WIDTH, true);

    static final int SEGMENTS_SENT = 0;
    static final int SEGMENTS_RETRANSMITTED = 1;
    private static final int SEGMENTS_WIDTH = 2;

    /** By code path and destination, of the same Snapshots: segments retransmitted. */
    final History retransmitted = new History(1, true);

    /** By code path and destination; see the {@code BY_} numbers and {@link #key}. */
    final History usages = new History(BY_WIDTH, true);

    static final int BY_CONNECTIONS = 0;
    static final int BY_NOT_CONNECTED = 1;
    static final int BY_NO_LOCAL_PORT = 2;
    static final int BY_ENDED = 3;
    static final int BY_LIFETIME_MICROS = 4;
    private static final int BY_WIDTH = 5;

    /** By code path: what the garbage collector had to close. */
    final History collected = new History(1, true);

    /** By code path: connections in CLOSE_WAIT, which is no total; its history reaches back to the last fall. */
    final History closeWait = new History(1, true);

    /** The host's accept queues that overflowed. */
    final History overflows = new History(1, false);

    static final String HOST = "host";

    private long nanos;

    /** The name of what one code path does to one destination. */
    static String key(DestinationStats to, UsageStats usage) {
        return usage.codePath() + " " + to.name();
    }

    static String key(CodePathStats path) {
        return Integer.toString(path.id());
    }

    void add(Snapshot snapshot) {
        nanos += snapshot.interval().toNanos();
        destinations.next(nanos);
        usages.next(nanos);
        collected.next(nanos);
        closeWait.next(nanos);
        overflows.next(nanos);
        kept(snapshot).forEach(this::add);
        snapshot.codePaths().forEach(path -> {
            if (!path.isRest()) {
                collected.add(key(path), path.closedByCollector());
            }
            closeWait.add(key(path), path.states().of(TcpState.CLOSE_WAIT));
        });
        long overflowed = snapshot.host().counters().listenOverflows();
        if (overflowed >= 0) {
            overflows.add(HOST, overflowed);
        }
        if (snapshot.trafficAge().isZero()) {
            addSegments(snapshot);
        }
        destinations.trim();
        usages.trim();
        collected.trim();
        closeWait.trim();
    }

    /** Without the row for all others: when an idle destination makes room, its old totals are added there at once. */
    private static List<DestinationStats> kept(Snapshot snapshot) {
        return snapshot.destinations().stream().filter(to -> !to.isRest()).toList();
    }

    private void addSegments(Snapshot snapshot) {
        segments.next(nanos);
        retransmitted.next(nanos);
        for (DestinationStats to : kept(snapshot)) {
            Outcomes.Traffic traffic = to.outcomes().traffic();
            segments.add(
                    to.name(), traffic.segmentsSent(), traffic.segmentsRetransmitted() - traffic.synRetransmitted());
            for (UsageStats usage : to.usages()) {
                retransmitted.add(key(to, usage), usage.segmentsRetransmitted());
            }
        }
        segments.trim();
        retransmitted.trim();
    }

    private void add(DestinationStats to) {
        Outcomes.Connects connects = to.outcomes().connects();
        Outcomes.Endings endings = to.outcomes().endings();
        long failures = connects.notConnected() - connects.noLocalPort();
        destinations.add(
                to.name(),
                connects.connected() + connects.notConnected(),
                connects.connected(),
                connects.refused(),
                connects.timedOut(),
                connects.unreachable(),
                connects.failed(),
                connects.noLocalPort(),
                failures,
                to.total(),
                endings.activeFin() + endings.passiveFin() + endings.ourReset() + endings.peerReset(),
                endings.activeFin(),
                endings.peerReset());
        for (UsageStats usage : to.usages()) {
            usages.add(
                    key(to, usage),
                    usage.connections(),
                    usage.notConnected(),
                    usage.noLocalPort(),
                    usage.ended(),
                    usage.lifetimeMicros());
        }
    }
}
