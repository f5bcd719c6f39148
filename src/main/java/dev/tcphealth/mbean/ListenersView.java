package dev.tcphealth.mbean;

import dev.tcphealth.correlate.ListenerStats;
import dev.tcphealth.mbean.Table.Column;
import dev.tcphealth.report.Facts;
import java.util.List;
import javax.management.openmbean.TabularData;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Listeners}: the sockets this JVM listens on. */
@Described(description = "The sockets this JVM listens on, and how full their accept queues are")
public final class ListenersView {

    private static final Table<ListenerStats> TABLE = new Table<>(
            "Listener",
            "Listeners, the longest accept queue first",
            List.of(
                    Column.about(
                            "the row in words",
                            listener -> listener.name() + ": " + listener.queue() + " of "
                                    + (listener.backlog() < 0 ? "?" : listener.backlog()) + " wait, opened by "
                                    + CodePathNames.shortName(listener.codePath())),
                    Column.text("Name", "address and port", ListenerStats::name),
                    Column.count(
                            "Inode",
                            "inode, which tells listeners at one address apart (number)",
                            ListenerStats::inode),
                    Column.count("Queue", "connections established and not yet accepted (count)", ListenerStats::queue),
                    Column.count(
                            "Backlog", "how many may wait to be accepted (count); -1: unknown", ListenerStats::backlog),
                    Column.text("CodePath", "the application's frame that opened it", ListenerStats::codePath)));

    private final LastSnapshot last;

    ListenersView(LastSnapshot last) {
        this.last = last;
    }

    @Managed(description = "Listening sockets (count)" + Unknown.COUNT)
    public long getCount() {
        return last.count(snapshot -> snapshot.listeners().size());
    }

    @Managed(description = "Connections that wait in accept queues, over all listeners (count)" + Unknown.COUNT)
    public long getQueue() {
        return last.count(snapshot ->
                snapshot.listeners().stream().mapToLong(ListenerStats::queue).sum());
    }

    @Managed(description = "Every listener, the longest accept queue first (rows; " + Facts.MOST_ROWS + " at most)")
    public TabularData getTable() {
        return TABLE.of(last.get().listeners());
    }
}
