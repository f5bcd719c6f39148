package dev.tcphealth.mbean;

import dev.tcphealth.kernel.TcpRates;
import dev.tcphealth.report.Facts;
import java.util.function.ToDoubleFunction;
import org.weakref.jmx.Managed;

/** The columns of sar -n TCP,ETCP, as a part of the Host MBean. */
public final class RatesView {

    private final LastSnapshot last;

    RatesView(LastSnapshot last) {
        this.last = last;
    }

    @Managed(description = "Connections opened actively per second (sar: active/s)" + Unknown.NUMBER)
    public double getActivePerSecond() {
        return rate(TcpRates::active);
    }

    @Managed(description = "Connections opened passively per second (sar: passive/s)" + Unknown.NUMBER)
    public double getPassivePerSecond() {
        return rate(TcpRates::passive);
    }

    @Managed(description = "Segments received per second, those in error included (sar: iseg/s)" + Unknown.NUMBER)
    public double getInSegmentsPerSecond() {
        return rate(TcpRates::inSegments);
    }

    @Managed(description = "Segments sent per second, retransmitted ones left out (sar: oseg/s)" + Unknown.NUMBER)
    public double getOutSegmentsPerSecond() {
        return rate(TcpRates::outSegments);
    }

    @Managed(description = "Failed connection attempts per second (sar: atmptf/s)" + Unknown.NUMBER)
    public double getAttemptFailsPerSecond() {
        return rate(TcpRates::attemptFails);
    }

    @Managed(description = "Resets of established connections per second (sar: estres/s)" + Unknown.NUMBER)
    public double getEstablishedResetsPerSecond() {
        return rate(TcpRates::establishedResets);
    }

    @Managed(description = "Segments retransmitted per second (sar: retrans/s)" + Unknown.NUMBER)
    public double getRetransmittedSegmentsPerSecond() {
        return rate(TcpRates::retransmittedSegments);
    }

    @Managed(description = "Segments received in error per second (sar: isegerr/s)" + Unknown.NUMBER)
    public double getInErrorsPerSecond() {
        return rate(TcpRates::inErrors);
    }

    @Managed(description = "Segments sent with RST per second (sar: orsts/s)" + Unknown.NUMBER)
    public double getOutResetsPerSecond() {
        return rate(TcpRates::outResets);
    }

    @Managed(
            description = "Segments retransmitted in the last interval, SYNs left out, in percent of the segments sent"
                    + Unknown.NUMBER)
    public double getRetransmissionPercent() {
        return last.number(Facts::retransmissionPercent);
    }

    private double rate(ToDoubleFunction<TcpRates> column) {
        return last.number(snapshot -> column.applyAsDouble(snapshot.host().tcp()));
    }
}
