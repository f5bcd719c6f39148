package dev.tcphealth.mbean;

import dev.tcphealth.kernel.Sockstat;
import java.util.function.ToLongFunction;
import org.weakref.jmx.Managed;

/** /proc/net/sockstat and sockstat6, as a part of the Host MBean. */
public final class SockstatView {

    private final LastSnapshot last;

    SockstatView(LastSnapshot last) {
        this.last = last;
    }

    @Managed(
            description = "IPv4 TCP sockets that are neither closed nor in TIME_WAIT (count; sockstat TCP: inuse)"
                    + Unknown.COUNT)
    public long getSockstatInUse() {
        return of(Sockstat::inUse);
    }

    @Managed(
            description = "IPv6 TCP sockets that are neither closed nor in TIME_WAIT (count; sockstat6 TCP6: inuse)"
                    + Unknown.COUNT)
    public long getSockstatInUse6() {
        return of(Sockstat::inUse6);
    }

    @Managed(description = "TCP sockets no process holds any more (count; sockstat orphan)" + Unknown.COUNT)
    public long getSockstatOrphans() {
        return of(Sockstat::orphans);
    }

    @Managed(description = "TIME_WAIT and FIN_WAIT2 minisockets (count; sockstat tw)" + Unknown.COUNT)
    public long getSockstatTimeWait() {
        return of(Sockstat::timeWait);
    }

    @Managed(description = "TCP sockets allocated in any state (count; sockstat alloc)" + Unknown.COUNT)
    public long getSockstatAllocated() {
        return of(Sockstat::allocated);
    }

    @Managed(
            description =
                    "Memory TCP uses, of the whole host even in a container (pages; sockstat mem)" + Unknown.COUNT)
    public long getSockstatMemoryPages() {
        return of(Sockstat::memoryPages);
    }

    private long of(ToLongFunction<Sockstat> field) {
        return last.count(snapshot -> field.applyAsLong(snapshot.host().sockstat()));
    }
}
