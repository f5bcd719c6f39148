package dev.tcphealth.mbean;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.Outcomes.Connects;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.mbean.Table.Column;
import dev.tcphealth.report.Facts;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import javax.management.openmbean.SimpleType;
import javax.management.openmbean.TabularData;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Destinations}: the peers this JVM connects to, and the addresses it accepts on. */
@Described(
        description = "The peers this JVM connects to and the addresses it accepts on; totals count from the start of"
                + " the agent")
public final class DestinationsView {

    private static final OutcomeColumns<DestinationStats> OUTCOMES = new OutcomeColumns<>(DestinationStats::outcomes);

    private static final Table<DestinationStats> TABLE = new Table<>(
            "Destination",
            "Destinations, the one that hurts most first",
            List.of(
                    Column.about("the row in words", to -> to.name() + ": " + About.sockets(to.states(), to.live(), 0)),
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
                    Column.count("CloseWait", "of them, those in CLOSE_WAIT now (count)", in(TcpState.CLOSE_WAIT)),
                    Column.count(
                            "Connected",
                            "attempts to connect that were established (count)",
                            connect(Connects::connected)),
                    Column.count(
                            "Refused", "attempts to connect that the peer refused (count)", connect(Connects::refused)),
                    Column.count("TimedOut", "attempts to connect that timed out (count)", connect(Connects::timedOut)),
                    Column.count(
                            "Unreachable",
                            "attempts to connect to what cannot be reached (count)",
                            connect(Connects::unreachable)),
                    Column.count(
                            "NoLocalPort",
                            "attempts to connect that failed for want of an ephemeral port (count)",
                            connect(Connects::noLocalPort)),
                    Column.count(
                            "ConnectFailed",
                            "attempts to connect that failed otherwise or were given up (count)",
                            connect(Connects::failed)),
                    Column.number(
                            "ConnectMedianMillis",
                            "half of the connections took no longer to be established (milliseconds); NaN: none",
                            to -> Facts.millis(to.outcomes().connects().times().medianMicros())),
                    Column.number(
                            "ConnectP99Millis",
                            "99 of 100 connections took no longer to be established (milliseconds); NaN: none",
                            to -> Facts.millis(to.outcomes().connects().times().p99Micros())),
                    Column.count(
                            "PortsUsed",
                            "ephemeral ports in use towards it, TIME_WAIT included, by anyone (count)",
                            to -> (long) to.ports().used()),
                    Column.count(
                            "PortsLeft", "ephemeral ports a new connection to it can have (count); -1: unknown", to ->
                                    (long) to.ports().left())),
            OUTCOMES.endings(),
            OUTCOMES.traffic());

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

    private static Function<DestinationStats, Object> connect(ToLongFunction<Connects> count) {
        return to -> count.applyAsLong(to.outcomes().connects());
    }

    private static Function<DestinationStats, Object> in(TcpState state) {
        return destination -> (long) destination.states().of(state);
    }
}
