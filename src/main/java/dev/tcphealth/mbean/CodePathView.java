package dev.tcphealth.mbean;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.report.Facts;
import dev.tcphealth.report.ReportText;
import javax.management.MBeanException;
import org.weakref.jmx.Flatten;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=CodePath,name="..."}: one of the code paths that hurt most. */
@Described(
        description = "One of the application's code paths that hurt most: the sockets it opened or accepted; totals"
                + " count from the start of the agent or the last reset")
public final class CodePathView {
    private final Row<CodePathStats> row;
    private final OutcomesView<CodePathStats> outcomes;

    CodePathView(Row<CodePathStats> row) {
        this.row = row;
        outcomes = new OutcomesView<>(row, CodePathStats::outcomes);
    }

    @Managed
    @Flatten
    public OutcomesView<CodePathStats> getOutcomes() {
        return outcomes;
    }

    @Managed(description = "Number of the code path, as in the table of code paths (number)" + Unknown.COUNT)
    public long getId() {
        return row.count(CodePathStats::id);
    }

    @Managed(description = "The application's frame, or (...) for no code path; empty: gone since a reset")
    public String getName() {
        CodePathStats path = row.now();
        return path == null ? "" : path.name();
    }

    @Managed(description = "Sockets it created to connect (count)" + Unknown.COUNT)
    public long getOpened() {
        return row.count(CodePathStats::opened);
    }

    @Managed(description = "Connections it accepted (count)" + Unknown.COUNT)
    public long getAccepted() {
        return row.count(CodePathStats::accepted);
    }

    @Managed(description = "Connections it closed, whoever opened them (count)" + Unknown.COUNT)
    public long getClosed() {
        return row.count(CodePathStats::closed);
    }

    @Managed(description = "Sockets it created that never connected (count)" + Unknown.COUNT)
    public long getFailed() {
        return row.count(CodePathStats::failed);
    }

    @Managed(description = "Sockets it opened and the garbage collector had to close (count)" + Unknown.COUNT)
    public long getClosedByCollector() {
        return row.count(CodePathStats::closedByCollector);
    }

    @Managed(
            description =
                    "Of its channels, those open that nothing refers to any more: nothing will ever close them (count)"
                            + Unknown.COUNT)
    public long getLeaked() {
        return row.count(CodePathStats::leaked);
    }

    @Managed(description = "Sockets opened and accepted per second over the last interval" + Unknown.NUMBER)
    public double getOpensPerSecond() {
        return row.perSecond(path -> path.opened() + path.accepted());
    }

    @Managed(description = "Connections closed per second over the last interval" + Unknown.NUMBER)
    public double getClosesPerSecond() {
        return row.perSecond(CodePathStats::closed);
    }

    @Managed(description = "Of its sockets, those open now (count)" + Unknown.COUNT)
    public long getLive() {
        return row.count(CodePathStats::live);
    }

    @Managed(description = "Of its sockets, those in ESTABLISHED now (count)" + Unknown.COUNT)
    public long getEstablished() {
        return row.count(path -> path.states().of(TcpState.ESTABLISHED));
    }

    @Managed(description = "Of its sockets, those in TIME_WAIT now (count)" + Unknown.COUNT)
    public long getTimeWait() {
        return row.count(path -> path.states().of(TcpState.TIME_WAIT));
    }

    @Managed(description = "Sockets in TIME_WAIT now that it closed, whoever opened them (count)" + Unknown.COUNT)
    public long getTimeWaitByCloser() {
        return row.count(CodePathStats::timeWaitByCloser);
    }

    @Managed(description = "Of its sockets, those in CLOSE_WAIT now (count)" + Unknown.COUNT)
    public long getCloseWait() {
        return row.count(path -> path.states().of(TcpState.CLOSE_WAIT));
    }

    @Managed(description = "How long the oldest has been in CLOSE_WAIT (seconds); 0: none is" + Unknown.NUMBER)
    public double getOldestCloseWaitSeconds() {
        return row.number(path -> Facts.seconds(path.oldestCloseWait()));
    }

    @Managed(description = "Whether the counts are in part an estimate, as stacks were a sample; sums stay exact")
    public boolean isEstimated() {
        CodePathStats path = row.now();
        return path != null && path.estimated();
    }

    @Managed(description = "Its full stack as text, innermost frame first, one line each")
    public String stack() throws MBeanException {
        CodePathStats path = row.now();
        if (path == null) {
            throw Refused.because("This code path has had no sockets since the last reset");
        }
        return ReportText.stack(path);
    }
}
