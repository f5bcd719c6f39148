package dev.tcphealth.mbean;

import dev.tcphealth.correlate.ListenerStats;
import dev.tcphealth.kernel.TcpCounters;
import java.util.function.ToLongFunction;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Listener,name="0.0.0.0:8080"}: one socket this JVM listens on. */
@Described(description = "One socket this JVM listens on: how full its accept queue is, and which code opened it")
public final class ListenerView {
    private final Row<Accepts> row;
    private final LastSnapshot last;

    ListenerView(Row<Accepts> row, LastSnapshot last) {
        this.row = row;
        this.last = last;
    }

    @Managed(description = "Address and port; empty: closed")
    public String getName() {
        Accepts accepts = row.now();
        return accepts == null ? "" : accepts.listener().name();
    }

    @Managed(description = "The code that opened it: the application's frame; empty: closed")
    public String getCodePath() {
        Accepts accepts = row.now();
        return accepts == null ? "" : accepts.listener().codePath();
    }

    @Managed(description = "Inode of the socket, which tells listeners at one address apart (number)" + Unknown.COUNT)
    public long getInode() {
        return of(ListenerStats::inode);
    }

    @Managed(description = "Connections established and not yet accepted: the accept queue (count)" + Unknown.COUNT)
    public long getQueue() {
        return of(ListenerStats::queue);
    }

    @Managed(description = "How many connections may wait to be accepted (count)" + Unknown.COUNT)
    public long getBacklog() {
        return of(ListenerStats::backlog);
    }

    @Managed(description = "The accept queue in percent of the backlog" + Unknown.NUMBER)
    public double getQueuePercent() {
        return row.number(accepts -> {
            ListenerStats of = accepts.listener();
            return of.backlog() > 0 ? 100.0 * of.queue() / of.backlog() : Double.NaN;
        });
    }

    @Managed(
            description = "Connections accepted at its address since the start of the agent or the last reset, by other"
                    + " listeners there as well (count)" + Unknown.COUNT)
    public long getAccepts() {
        return row.count(Accepts::accepted);
    }

    @Managed(
            description = "Connections accepted at its address per second over the last interval, by other listeners"
                    + " there as well" + Unknown.NUMBER)
    public double getAcceptsPerSecond() {
        return row.perSecond(Accepts::accepted);
    }

    @Managed(
            description = "Connections that found an accept queue full since boot, of any listener of the network"
                    + " namespace (count; ListenOverflows)" + Unknown.COUNT)
    public long getHostListenOverflows() {
        return host(TcpCounters::listenOverflows);
    }

    @Managed(
            description = "Connections dropped for any reason since boot, by any listener of the network namespace"
                    + " (count; ListenDrops)" + Unknown.COUNT)
    public long getHostListenDrops() {
        return host(TcpCounters::listenDrops);
    }

    private long of(ToLongFunction<ListenerStats> field) {
        return row.count(accepts -> field.applyAsLong(accepts.listener()));
    }

    private long host(ToLongFunction<TcpCounters> field) {
        return last.count(snapshot -> field.applyAsLong(snapshot.host().counters()));
    }
}
