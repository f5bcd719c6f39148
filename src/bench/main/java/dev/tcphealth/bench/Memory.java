package dev.tcphealth.bench;

import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.weaver.HookSink;
import java.io.FileDescriptor;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/**
 * For {@code scripts/bench memory}: what the heap holds for each live and for each closed connection, as the difference
 * that so many of them make to what is left after a full collection. The descriptors are the application's, and counted
 * as such.
 */
public final class Memory {

    private static final int PORTS = 50_000;
    private static final int REMEMBERED = 131_072;

    /** What the issue of their cost allows. */
    private static final double LIVE_BYTES = 200;

    private static final double CLOSED_BYTES = 24;

    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

    private Memory() {}

    // Arguments are numbers of connections.
    public static void main(String[] arguments) throws Exception {
        Memory bench = new Memory();
        System.out.println("Java " + Runtime.version());
        System.out.println("connections   bytes each live   bytes each closed   estimated by the agent");
        bench.measure(1000, false);
        boolean good = true;
        for (String argument : arguments) {
            good &= bench.measure(Integer.parseInt(argument), true);
        }
        System.out.printf(Locale.ROOT, "bounds: %.0f and %.0f bytes%n", LIVE_BYTES, CLOSED_BYTES);
        System.exit(good ? 0 : 1);
    }

    private boolean measure(int connections, boolean shown) throws Exception {
        InetAddress own = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        InetAddress peer = InetAddress.getByAddress(new byte[] {10, 0, 0, 5});
        ConnectionTracker tracker =
                new ConnectionTracker(1000, 32, List.of(), 1000, REMEMBERED, HookSink::readBacktrace);
        FileDescriptor[] descriptors = new FileDescriptor[connections];
        for (int i = 0; i < connections; i++) {
            descriptors[i] = new FileDescriptor();
        }
        connect(tracker, new FileDescriptor(), connections, own, peer); // the code path and the destination
        long before = used();
        for (int i = 0; i < connections; i++) {
            connect(tracker, descriptors[i], i, own, peer);
        }
        long live = used() - before;
        for (int i = 0; i < connections; i++) {
            tracker.closing(descriptors[i], i);
            tracker.released(descriptors[i], i);
        }
        long closed = used() - before - placesBytes(connections);
        if (shown) {
            System.out.printf(
                    Locale.ROOT,
                    "%,11d %17.1f %19.1f %,20d B%n",
                    connections,
                    (double) live / connections,
                    (double) closed / connections,
                    tracker.estimatedBytes());
        }
        if (tracker.closed.sum() != connections || descriptors.length != connections) {
            throw new IllegalStateException("not all were followed");
        }
        return live <= LIVE_BYTES * connections && closed <= CLOSED_BYTES * connections;
    }

    /** The table's places, 4 bytes for each descriptor there ever was, stay for the next connections. */
    private static long placesBytes(int connections) {
        return 4L * connections;
    }

    private static void connect(
            ConnectionTracker tracker, FileDescriptor fd, int i, InetAddress own, InetAddress peer) {
        tracker.opened(fd, i, false);
        tracker.connecting(fd, i, peer, 5432);
        tracker.localAddress(fd, i, own, 1024 + i % PORTS);
    }

    private long used() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, memory.getHeapMemoryUsage().getUsed());
        }
        return used;
    }
}
