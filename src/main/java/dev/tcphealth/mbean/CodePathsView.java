package dev.tcphealth.mbean;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.mbean.Table.Column;
import dev.tcphealth.report.Breakdown;
import dev.tcphealth.report.Facts;
import dev.tcphealth.report.ReportText;
import java.util.List;
import java.util.function.Function;
import javax.management.MBeanException;
import javax.management.openmbean.TabularData;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=CodePaths}: which of the application's code paths own which sockets. */
@Described(
        description = "Which of the application's code paths open the sockets in TIME_WAIT and in CLOSE_WAIT;"
                + " totals count from the start of the agent or the last reset")
public final class CodePathsView {

    private static final OutcomeColumns<CodePathStats> OUTCOMES = new OutcomeColumns<>(CodePathStats::outcomes);

    private static final Table<CodePathStats> TABLE = new Table<>(
            "Code path",
            "Code paths, the one that hurts most first",
            List.of(
                    Column.about("the row in words", CodePathsView::about),
                    Column.whole("Id", "number of the code path, for the operation stack", CodePathStats::id),
                    Column.text("Name", "the application's frame, or (...) for no code path", CodePathStats::name),
                    Column.count("Opened", "sockets it created to connect (count)", CodePathStats::opened),
                    Column.count("Accepted", "connections it accepted (count)", CodePathStats::accepted),
                    Column.count(
                            "Closed",
                            "connections it closed, whoever opened them, counted when it does (count)",
                            CodePathStats::closed),
                    Column.count("Failed", "sockets it created that never connected (count)", CodePathStats::failed),
                    Column.count(
                            "ClosedByCollector",
                            "sockets it opened and the garbage collector had to close (count)",
                            CodePathStats::closedByCollector),
                    Column.count("Live", "of its sockets, those open now (count)", CodePathStats::live),
                    Column.count(
                            "Established",
                            "of its sockets, those in ESTABLISHED now (count)",
                            in(TcpState.ESTABLISHED)),
                    Column.count("TimeWait", "of its sockets, those in TIME_WAIT now (count)", in(TcpState.TIME_WAIT)),
                    Column.count(
                            "TimeWaitByCloser",
                            "sockets in TIME_WAIT now that it closed, whoever opened them (count)",
                            CodePathStats::timeWaitByCloser),
                    Column.count(
                            "CloseWait", "of its sockets, those in CLOSE_WAIT now (count)", in(TcpState.CLOSE_WAIT)),
                    Column.number(
                            "OldestCloseWaitSeconds",
                            "how long the oldest has been in CLOSE_WAIT (seconds); 0: none is",
                            path -> Facts.seconds(path.oldestCloseWait())),
                    Column.count(
                            "NotConnected",
                            "attempts to connect that failed: refused, timed out, unreachable, no port (count)",
                            path -> path.outcomes().connects().notConnected()),
                    Column.count(
                            "NoLocalPort",
                            "attempts to connect that failed for want of an ephemeral port (count)",
                            path -> path.outcomes().connects().noLocalPort()),
                    Column.flag(
                            "Estimated",
                            "whether the counts are in part an estimate, as stacks were a sample",
                            CodePathStats::estimated)),
            OUTCOMES.endings(),
            OUTCOMES.traffic());

    private final LastSnapshot last;
    private final AgentControl control;

    CodePathsView(LastSnapshot last, AgentControl control) {
        this.last = last;
        this.control = control;
    }

    @Managed(description = "Code paths that opened or closed a connection (count)" + Unknown.COUNT)
    public long getCount() {
        return last.count(snapshot -> snapshot.codePaths().size());
    }

    @Managed(description = "Sockets in TIME_WAIT now, over all code paths (count)" + Unknown.COUNT)
    public long getTimeWait() {
        return last.count(snapshot -> Breakdown.timeWait(snapshot).ofPaths());
    }

    @Managed(description = "Sockets in CLOSE_WAIT now, over all code paths (count)" + Unknown.COUNT)
    public long getCloseWait() {
        return last.count(snapshot -> Breakdown.closeWait(snapshot).ofPaths());
    }

    @Managed(
            description =
                    "How long the oldest connection in CLOSE_WAIT has been seen in that state (seconds); 0: none is"
                            + Unknown.NUMBER)
    public double getOldestCloseWaitSeconds() {
        return last.number(snapshot -> Facts.seconds(Facts.oldestCloseWait(snapshot)));
    }

    @Managed(description = "The code path that opened most of the sockets in TIME_WAIT, with their count; empty: none")
    public String getWorstTimeWait() {
        return worst(Breakdown.timeWait(last.get()));
    }

    @Managed(description = "The code path that opened most of the sockets in CLOSE_WAIT, with their count; empty: none")
    public String getWorstCloseWait() {
        return worst(Breakdown.closeWait(last.get()));
    }

    @Managed(
            description = "Every code path with its counts and seconds, the one that hurts most first (rows; "
                    + Facts.MOST_ROWS + " at most)")
    public TabularData getTable() {
        return TABLE.of(last.get().codePaths());
    }

    @Managed(description = "The full stack of one code path as text, innermost frame first, one line each")
    public String stack(@Described(description = "the code path's number, from the column Id of the table") int id)
            throws MBeanException {
        Snapshot snapshot = last.get();
        return snapshot.codePaths().stream()
                .filter(path -> path.id() == id)
                .findFirst()
                .map(ReportText::stack)
                .orElseThrow(() -> Refused.because("There is no code path with the id " + id));
    }

    @Managed(description = "Sets the totals of all code paths to 0; what is open or in a state now stays counted")
    public void reset() {
        control.reset();
    }

    private static String about(CodePathStats path) {
        return CodePathNames.shortName(path.name()) + ": "
                + About.sockets(path.states(), path.live(), path.timeWaitByCloser());
    }

    private static String worst(Breakdown breakdown) {
        return breakdown
                .worst()
                .map(path -> breakdown.count(path) + " " + path.name())
                .orElse("");
    }

    private static Function<CodePathStats, Object> in(TcpState state) {
        return path -> (long) path.states().of(state);
    }
}
