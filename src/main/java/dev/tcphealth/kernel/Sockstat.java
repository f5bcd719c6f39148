package dev.tcphealth.kernel;

/**
 * /proc/net/sockstat and sockstat6. A field is -1 where the kernel did not say.
 *
 * @param inUse TCP sockets that are not in TIME_WAIT or closed, IPv4 ({@code TCP: inuse})
 * @param inUse6 the same, IPv6 ({@code TCP6: inuse})
 * @param orphans TCP sockets no process holds any more
 * @param timeWait TIME_WAIT and FIN_WAIT2 minisockets
 * @param allocated TCP sockets allocated, in any state
 * @param memoryPages pages of memory TCP uses, of the whole host even in a container
 */
public record Sockstat(long inUse, long inUse6, long orphans, long timeWait, long allocated, long memoryPages) {

    public static final Sockstat UNKNOWN = new Sockstat(-1, -1, -1, -1, -1, -1);
}
