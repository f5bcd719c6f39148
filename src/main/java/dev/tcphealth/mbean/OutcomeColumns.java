package dev.tcphealth.mbean;

import dev.tcphealth.correlate.Outcomes;
import dev.tcphealth.correlate.Outcomes.Endings;
import dev.tcphealth.correlate.Outcomes.Traffic;
import dev.tcphealth.mbean.Table.Column;
import dev.tcphealth.report.Facts;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The columns of what became of connections, which code paths and destinations have alike. */
final class OutcomeColumns<R> {

    private final Function<R, Outcomes> of;

    /** @param of the outcomes of a row */
    OutcomeColumns(Function<R, Outcomes> of) {
        this.of = of;
    }

    List<Column<R>> endings() {
        return List.of(
                ended("ActiveFin", "those closed here first, with a FIN", Endings::activeFin),
                ended("PassiveFin", "those the peer closed first", Endings::passiveFin),
                ended("OurReset", "those closed here with a reset", Endings::ourReset),
                ended("PeerReset", "those the peer had reset", Endings::peerReset),
                ended("HalfClosed", "those shut down for output before the close", Endings::halfClosed),
                ended("Deferred", "those a selector or a blocked thread kept open after the close", Endings::deferred),
                Column.number(
                        "LifetimeMedianMillis",
                        "half of its connections lived no longer (milliseconds); NaN: none has ended",
                        row -> Facts.millis(of.apply(row).lifetimes().medianMicros())));
    }

    List<Column<R>> traffic() {
        return List.of(
                sent("SegmentsSent", "segments its connections sent (count)", Traffic::segmentsSent),
                sent(
                        "SegmentsRetransmitted",
                        "of these, those sent again, SYNs included (count)",
                        Traffic::segmentsRetransmitted),
                sent("SynRetransmitted", "of these again, SYNs and SYN-ACKs (count)", Traffic::synRetransmitted),
                Column.number(
                        "RetransmissionPercent",
                        "segments sent again, SYNs left out, per segment sent (percent); NaN: none sent",
                        row -> Facts.percent(of.apply(row).traffic().retransmissionRatio())),
                sent("BytesSent", "bytes its connections sent (bytes)", Traffic::bytesSent),
                sent("BytesReceived", "bytes its connections received (bytes)", Traffic::bytesReceived),
                sent(
                        "ExchangesAtMost",
                        "requests with their answers on its connections: no more than these, as each takes a segment"
                                + " with data either way (count)",
                        Traffic::exchangesAtMost));
    }

    private Column<R> ended(String name, String which, ToLongFunction<Endings> count) {
        return Column.count(
                name,
                "of its connections, " + which + " (count)",
                row -> count.applyAsLong(of.apply(row).endings()));
    }

    private Column<R> sent(String name, String description, ToLongFunction<Traffic> count) {
        return Column.count(
                name, description, row -> count.applyAsLong(of.apply(row).traffic()));
    }
}
