package dev.tcphealth.mbean;

import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.correlate.StateCounts;
import dev.tcphealth.kernel.TcpState;
import java.util.function.Function;
import org.weakref.jmx.Managed;

/** Sockets by state, as a part of the MBean that says whose they are. */
public final class StatesView {

    private final LastSnapshot last;
    private final Function<Snapshot, StateCounts> states;

    StatesView(LastSnapshot last, Function<Snapshot, StateCounts> states) {
        this.last = last;
        this.states = states;
    }

    @Managed(description = "Sockets in ESTABLISHED now (count): open at both ends" + Unknown.COUNT)
    public long getEstablished() {
        return count(TcpState.ESTABLISHED);
    }

    @Managed(description = "Sockets in SYN_SENT now (count): connecting, no answer yet" + Unknown.COUNT)
    public long getSynSent() {
        return count(TcpState.SYN_SENT);
    }

    @Managed(description = "Sockets in SYN_RECV now (count): being accepted, handshake not complete" + Unknown.COUNT)
    public long getSynRecv() {
        return count(TcpState.SYN_RECV);
    }

    @Managed(
            description =
                    "Sockets in FIN_WAIT1 now (count): closed here, the peer has not acknowledged it" + Unknown.COUNT)
    public long getFinWait1() {
        return count(TcpState.FIN_WAIT1);
    }

    @Managed(description = "Sockets in FIN_WAIT2 now (count): closed here, the peer has not closed" + Unknown.COUNT)
    public long getFinWait2() {
        return count(TcpState.FIN_WAIT2);
    }

    @Managed(
            description =
                    "Sockets in TIME_WAIT now (count): this end closed first; the kernel keeps address and port for 60 s"
                            + Unknown.COUNT)
    public long getTimeWait() {
        return count(TcpState.TIME_WAIT);
    }

    @Managed(description = "Sockets in CLOSE now (count): not connected, or reset" + Unknown.COUNT)
    public long getClose() {
        return count(TcpState.CLOSE);
    }

    @Managed(
            description = "Sockets in CLOSE_WAIT now (count): the peer has closed, the application here has not"
                    + Unknown.COUNT)
    public long getCloseWait() {
        return count(TcpState.CLOSE_WAIT);
    }

    @Managed(
            description =
                    "Sockets in LAST_ACK now (count): closed by the peer, then here; the peer has not acknowledged it"
                            + Unknown.COUNT)
    public long getLastAck() {
        return count(TcpState.LAST_ACK);
    }

    @Managed(description = "Sockets in LISTEN now (count): waiting for connections" + Unknown.COUNT)
    public long getListen() {
        return count(TcpState.LISTEN);
    }

    @Managed(description = "Sockets in CLOSING now (count): closed at both ends at once" + Unknown.COUNT)
    public long getClosing() {
        return count(TcpState.CLOSING);
    }

    @Managed(
            description =
                    "Sockets in NEW_SYN_RECV now (count): asked for by a peer, handshake not complete (a request socket)"
                            + Unknown.COUNT)
    public long getNewSynRecv() {
        return count(TcpState.NEW_SYN_RECV);
    }

    private long count(TcpState state) {
        return last.count(snapshot -> states.apply(snapshot).of(state));
    }
}
