package dev.tcphealth.mbean;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.kernel.TcpState;
import org.weakref.jmx.Flatten;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Destination,name="..."}: one of the destinations that hurt most. */
@Described(
        description = "One of the peers this JVM connects to, or of the addresses it accepts on; totals count from"
                + " the start of the agent or the last reset")
public final class DestinationView {
    private final Row<DestinationStats> row;
    private final OutcomesView<DestinationStats> outcomes;

    DestinationView(Row<DestinationStats> row) {
        this.row = row;
        outcomes = new OutcomesView<>(row, DestinationStats::outcomes);
    }

    @Managed
    @Flatten
    public OutcomesView<DestinationStats> getOutcomes() {
        return outcomes;
    }

    @Managed(description = "Address and port, or accepted on address and port; empty: gone since a reset")
    public String getName() {
        DestinationStats to = row.now();
        return to == null ? "" : to.name();
    }

    @Managed(description = "Connections (count)" + Unknown.COUNT)
    public long getTotal() {
        return row.count(DestinationStats::total);
    }

    @Managed(description = "Connections opened or accepted per second over the last interval" + Unknown.NUMBER)
    public double getConnectionsPerSecond() {
        return row.perSecond(DestinationStats::total);
    }

    @Managed(description = "Connections open now (count)" + Unknown.COUNT)
    public long getLive() {
        return row.count(DestinationStats::live);
    }

    @Managed(description = "Connections in ESTABLISHED now (count)" + Unknown.COUNT)
    public long getEstablished() {
        return in(TcpState.ESTABLISHED);
    }

    @Managed(description = "Connections in SYN_SENT now (count)" + Unknown.COUNT)
    public long getSynSent() {
        return in(TcpState.SYN_SENT);
    }

    @Managed(description = "Connections in TIME_WAIT now (count)" + Unknown.COUNT)
    public long getTimeWait() {
        return in(TcpState.TIME_WAIT);
    }

    @Managed(description = "Connections in CLOSE_WAIT now (count)" + Unknown.COUNT)
    public long getCloseWait() {
        return in(TcpState.CLOSE_WAIT);
    }

    @Managed(
            description = "Ephemeral ports in use towards it, TIME_WAIT included, by anyone in this network namespace"
                    + " (count)" + Unknown.COUNT)
    public long getPortsUsed() {
        return row.count(to -> to.ports().used());
    }

    @Managed(description = "Ephemeral ports a new connection to it can have (count)" + Unknown.COUNT)
    public long getPortsLeft() {
        return row.count(to -> to.ports().left());
    }

    private long in(TcpState state) {
        return row.count(to -> to.states().of(state));
    }
}
