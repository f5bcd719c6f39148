package dev.tcphealth.mbean;

import dev.tcphealth.correlate.Outcomes;
import dev.tcphealth.report.Facts;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.weakref.jmx.Managed;

/** What became of the connections of one code path or destination, as a part of its MBean. */
public final class OutcomesView<R> {
    private final Row<R> row;
    private final Function<R, Outcomes> outcomes;

    OutcomesView(Row<R> row, Function<R, Outcomes> outcomes) {
        this.row = row;
        this.outcomes = outcomes;
    }

    @Managed(description = "Connections closed here first, with a FIN: they go to TIME_WAIT (count)" + Unknown.COUNT)
    public long getActiveFin() {
        return count(of -> of.endings().activeFin());
    }

    @Managed(description = "Connections the peer closed first (count)" + Unknown.COUNT)
    public long getPassiveFin() {
        return count(of -> of.endings().passiveFin());
    }

    @Managed(description = "Connections closed here with a reset (count)" + Unknown.COUNT)
    public long getOurReset() {
        return count(of -> of.endings().ourReset());
    }

    @Managed(description = "Connections the peer had reset (count)" + Unknown.COUNT)
    public long getPeerReset() {
        return count(of -> of.endings().peerReset());
    }

    @Managed(description = "Attempts to connect that were established (count)" + Unknown.COUNT)
    public long getConnected() {
        return count(of -> of.connects().connected());
    }

    @Managed(description = "Attempts to connect that the peer refused (count)" + Unknown.COUNT)
    public long getRefused() {
        return count(of -> of.connects().refused());
    }

    @Managed(description = "Attempts to connect that timed out (count)" + Unknown.COUNT)
    public long getTimedOut() {
        return count(of -> of.connects().timedOut());
    }

    @Managed(description = "Attempts to connect to what cannot be reached (count)" + Unknown.COUNT)
    public long getUnreachable() {
        return count(of -> of.connects().unreachable());
    }

    @Managed(description = "Attempts to connect that failed for want of an ephemeral port (count)" + Unknown.COUNT)
    public long getNoLocalPort() {
        return count(of -> of.connects().noLocalPort());
    }

    @Managed(description = "Attempts to connect that failed otherwise or were given up (count)" + Unknown.COUNT)
    public long getConnectFailed() {
        return count(of -> of.connects().failed());
    }

    @Managed(
            description = "Half of the connections took no longer to be established (milliseconds); NaN: none was"
                    + Unknown.NUMBER)
    public double getConnectMedianMillis() {
        return row.number(
                of -> Facts.millis(outcomes.apply(of).connects().times().medianMicros()));
    }

    @Managed(
            description = "99 of 100 connections took no longer to be established (milliseconds); NaN: none was"
                    + Unknown.NUMBER)
    public double getConnectP99Millis() {
        return row.number(
                of -> Facts.millis(outcomes.apply(of).connects().times().p99Micros()));
    }

    @Managed(
            description =
                    "Half of the connections lived no longer (milliseconds); NaN: none has ended" + Unknown.NUMBER)
    public double getLifetimeMedianMillis() {
        return row.number(of -> Facts.millis(outcomes.apply(of).lifetimes().medianMicros()));
    }

    @Managed(description = "Segments sent (count)" + Unknown.COUNT)
    public long getSegmentsSent() {
        return count(of -> of.traffic().segmentsSent());
    }

    @Managed(description = "Of the segments sent, those sent again, SYNs included (count)" + Unknown.COUNT)
    public long getSegmentsRetransmitted() {
        return count(of -> of.traffic().segmentsRetransmitted());
    }

    @Managed(description = "Of the segments sent again, SYNs and SYN-ACKs (count)" + Unknown.COUNT)
    public long getSynRetransmitted() {
        return count(of -> of.traffic().synRetransmitted());
    }

    @Managed(
            description = "Segments sent again, SYNs left out, in percent of the segments sent; NaN: none was sent"
                    + Unknown.NUMBER)
    public double getRetransmissionPercent() {
        return row.number(of -> Facts.percent(outcomes.apply(of).traffic().retransmissionRatio()));
    }

    @Managed(
            description =
                    "Segments sent per second over the last interval; with more than 5,000 sockets, over up to six if"
                            + " nothing is retransmitted" + Unknown.NUMBER)
    public double getSegmentsSentPerSecond() {
        return row.trafficPerSecond(of -> outcomes.apply(of).traffic().segmentsSent());
    }

    @Managed(description = "Segments sent again per second over the last interval" + Unknown.NUMBER)
    public double getSegmentsRetransmittedPerSecond() {
        return row.perSecond(of -> outcomes.apply(of).traffic().segmentsRetransmitted());
    }

    @Managed(description = "Bytes sent (bytes)" + Unknown.COUNT)
    public long getBytesSent() {
        return count(of -> of.traffic().bytesSent());
    }

    @Managed(description = "Bytes received (bytes)" + Unknown.COUNT)
    public long getBytesReceived() {
        return count(of -> of.traffic().bytesReceived());
    }

    private long count(ToLongFunction<Outcomes> of) {
        return row.count(one -> of.applyAsLong(outcomes.apply(one)));
    }
}
