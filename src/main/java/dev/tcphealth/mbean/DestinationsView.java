package dev.tcphealth.mbean;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.mbean.Table.Column;
import dev.tcphealth.report.Facts;
import java.util.List;
import java.util.function.Function;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Destinations}: the peers this JVM connects to, and the addresses it accepts on. */
@Described(
        description = "The peers this JVM connects to and the addresses it accepts on; totals count from the start of"
                + " the agent")
public final class DestinationsView {

    private static final Table<DestinationStats> TABLE = new Table<>(
            "Destination",
            "Destinations, the one that hurts most first",
            List.of(
                    Column.text("Name", "address and port, or accepted on address and port", DestinationStats::name),
                    new Column<>(
                            "Inbound",
                            "whether its connections were accepted",
                            SimpleType.BOOLEAN,
                            DestinationStats::inbound),
                    Column.count("Total", "connections since the start of the agent (count)", DestinationStats::total),
                    Column.count("Live", "of them, those open now (count)", DestinationStats::live),
                    Column.count("Established", "of them, those in ESTABLISHED now (count)", in(TcpState.ESTABLISHED)),
                    Column.count("SynSent", "of them, those in SYN_SENT now (count)", in(TcpState.SYN_SENT)),
                    Column.count("TimeWait", "of them, those in TIME_WAIT now (count)", in(TcpState.TIME_WAIT)),
                    Column.count("CloseWait", "of them, those in CLOSE_WAIT now (count)", in(TcpState.CLOSE_WAIT))));

    private final LastSnapshot last;

    DestinationsView(LastSnapshot last) {
        this.last = last;
    }

    @Managed(description = "Destinations known (count)" + Unknown.COUNT)
    public long getCount() {
        return last.count(snapshot -> snapshot.destinations().size());
    }

    @Managed(
            description = "Every destination with its counts, the one that hurts most first (rows; " + Facts.MOST_ROWS
                    + " at most)")
    public TabularData getTable() {
        return TABLE.of(last.get().destinations());
    }

    private static Function<DestinationStats, Object> in(TcpState state) {
        return destination -> (long) destination.states().of(state);
    }
}
