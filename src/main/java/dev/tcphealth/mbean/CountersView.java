package dev.tcphealth.mbean;

import dev.tcphealth.kernel.TcpCounters;
import java.util.function.ToLongFunction;
import org.weakref.jmx.Managed;

/** The kernel's own TCP counters, as a part of the Host MBean. */
public final class CountersView {

    private final LastSnapshot last;

    CountersView(LastSnapshot last) {
        this.last = last;
    }

    @Managed(description = "Connections opened actively since boot (count; ActiveOpens)" + Unknown.COUNT)
    public long getTotalActiveOpens() {
        return of(TcpCounters::activeOpens);
    }

    @Managed(description = "Connections opened passively since boot (count; PassiveOpens)" + Unknown.COUNT)
    public long getTotalPassiveOpens() {
        return of(TcpCounters::passiveOpens);
    }

    @Managed(description = "Failed connection attempts since boot (count; AttemptFails)" + Unknown.COUNT)
    public long getTotalAttemptFails() {
        return of(TcpCounters::attemptFails);
    }

    @Managed(description = "Resets of established connections since boot (count; EstabResets)" + Unknown.COUNT)
    public long getTotalEstablishedResets() {
        return of(TcpCounters::establishedResets);
    }

    @Managed(description = "Sockets in ESTABLISHED or CLOSE_WAIT now (count; CurrEstab)" + Unknown.COUNT)
    public long getCurrentEstablished() {
        return of(TcpCounters::currentEstablished);
    }

    @Managed(description = "Segments received since boot (count; InSegs)" + Unknown.COUNT)
    public long getTotalInSegments() {
        return of(TcpCounters::inSegments);
    }

    @Managed(description = "Segments sent since boot, retransmitted ones left out (count; OutSegs)" + Unknown.COUNT)
    public long getTotalOutSegments() {
        return of(TcpCounters::outSegments);
    }

    @Managed(description = "Segments retransmitted since boot (count; RetransSegs)" + Unknown.COUNT)
    public long getTotalRetransmittedSegments() {
        return of(TcpCounters::retransmittedSegments);
    }

    @Managed(description = "Segments received in error since boot (count; InErrs)" + Unknown.COUNT)
    public long getTotalInErrors() {
        return of(TcpCounters::inErrors);
    }

    @Managed(description = "Segments sent with RST since boot (count; OutRsts)" + Unknown.COUNT)
    public long getTotalOutResets() {
        return of(TcpCounters::outResets);
    }

    @Managed(description = "SYN segments retransmitted since boot (count; TCPSynRetrans)" + Unknown.COUNT)
    public long getTotalSynRetransmits() {
        return of(TcpCounters::synRetransmits);
    }

    @Managed(
            description =
                    "Connections that found an accept queue full since boot (count; ListenOverflows)" + Unknown.COUNT)
    public long getTotalListenOverflows() {
        return of(TcpCounters::listenOverflows);
    }

    @Managed(
            description =
                    "Connections a listener dropped since boot, for any reason (count; ListenDrops)" + Unknown.COUNT)
    public long getTotalListenDrops() {
        return of(TcpCounters::listenDrops);
    }

    private long of(ToLongFunction<TcpCounters> field) {
        return last.count(snapshot -> field.applyAsLong(snapshot.host().counters()));
    }
}
