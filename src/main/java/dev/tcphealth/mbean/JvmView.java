package dev.tcphealth.mbean;

import dev.tcphealth.correlate.JvmStats;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.weakref.jmx.Flatten;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Jvm}: this JVM's share. */
@Described(
        description =
                "This JVM's share: its connections by state, what it opened and closed, and how much of it the agent knows")
public final class JvmView {

    private final LastSnapshot last;
    private final StatesView states;

    JvmView(LastSnapshot last) {
        this.last = last;
        states = new StatesView(last, snapshot -> snapshot.jvm().states());
    }

    @Managed
    @Flatten
    public StatesView getStates() {
        return states;
    }

    @Managed(
            description = "Sockets created to connect, whether they did or not, since the start of the agent (count)"
                    + Unknown.COUNT)
    public long getOpened() {
        return of(JvmStats::opened);
    }

    @Managed(description = "Connections accepted since the start of the agent (count)" + Unknown.COUNT)
    public long getAccepted() {
        return of(JvmStats::accepted);
    }

    @Managed(description = "Listening sockets open now (count)" + Unknown.COUNT)
    public long getListeners() {
        return of(JvmStats::listeners);
    }

    @Managed(
            description =
                    "Sockets whose descriptor was released since the start of the agent, those found open included and"
                            + " listeners left out; one that is registered with a selector when it is closed is released,"
                            + " and counts, when that selects again (count)" + Unknown.COUNT)
    public long getClosed() {
        return of(JvmStats::closed);
    }

    @Managed(
            description =
                    "Opened sockets closed without ever having been connected, since the start of the agent (count)"
                            + Unknown.COUNT)
    public long getFailed() {
        return of(JvmStats::failed);
    }

    @Managed(
            description =
                    "Sockets the garbage collector closed because the application had not, since the start of the agent (count)"
                            + Unknown.COUNT)
    public long getClosedByCollector() {
        return of(JvmStats::closedByCollector);
    }

    @Managed(
            description =
                    "Sockets whose descriptor is open now, those found open included and listeners left out: Opened +"
                            + " Accepted + Preexisting - Closed (count)" + Unknown.COUNT)
    public long getLive() {
        return of(JvmStats::live);
    }

    @Managed(
            description =
                    "Connections found open, whose opening the agent did not see: from before it, or of native code"
                            + " (count)" + Unknown.COUNT)
    public long getPreexisting() {
        return of(JvmStats::preexisting);
    }

    @Managed(description = "Sockets opened and accepted per second over the last interval" + Unknown.NUMBER)
    public double getOpensPerSecond() {
        return rate(JvmStats::opensPerSecond);
    }

    @Managed(description = "Sockets closed per second over the last interval" + Unknown.NUMBER)
    public double getClosesPerSecond() {
        return rate(JvmStats::closesPerSecond);
    }

    @Managed(
            description =
                    "Sockets of the network namespace in TIME_WAIT that this JVM is not known to have closed (count)"
                            + Unknown.COUNT)
    public long getTimeWaitOthers() {
        return of(JvmStats::timeWaitOthers);
    }

    @Managed(
            description = "Sockets of the network namespace in CLOSE_WAIT that this JVM is not known to hold (count)"
                    + Unknown.COUNT)
    public long getCloseWaitOthers() {
        return of(JvmStats::closeWaitOthers);
    }

    @Managed(
            description = "Live channels nothing refers to any more, so that nothing will ever close them (count)"
                    + Unknown.COUNT)
    public long getLeaked() {
        return of(JvmStats::leaked);
    }

    @Managed(description = "TCP sockets among the descriptors of this process (count)" + Unknown.COUNT)
    public long getCoverageDescriptors() {
        return last.count(snapshot -> snapshot.coverage().descriptors());
    }

    @Managed(
            description = "Of them, those the agent saw being opened and whose state the kernel lists (count)"
                    + Unknown.COUNT)
    public long getCoverageKnown() {
        return last.count(snapshot -> snapshot.coverage().known());
    }

    @Managed(
            description =
                    "Of them, those the agent saw being opened that are in no state the kernel lists: not connected,"
                            + " or reset and not closed, state CLOSE (count)" + Unknown.COUNT)
    public long getCoverageStateless() {
        return last.count(snapshot -> snapshot.coverage().stateless());
    }

    @Managed(
            description = "How many of the TCP sockets of this process the agent and the kernel know, in percent"
                    + Unknown.NUMBER)
    public double getCoveragePercent() {
        return last.number(snapshot -> snapshot.coverage().percent());
    }

    private long of(ToLongFunction<JvmStats> field) {
        return last.count(snapshot -> field.applyAsLong(snapshot.jvm()));
    }

    private double rate(ToDoubleFunction<JvmStats> field) {
        return last.number(snapshot -> field.applyAsDouble(snapshot.jvm()));
    }
}
