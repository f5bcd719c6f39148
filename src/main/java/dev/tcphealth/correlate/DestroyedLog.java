package dev.tcphealth.correlate;

import dev.tcphealth.kernel.DestroyedSockets;
import dev.tcphealth.kernel.SocketRow;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What sockets had retransmitted that the kernel destroyed since the last sample. */
final class DestroyedLog {

    /** Of those that retransmitted, the most that are kept from one sample to the next. */
    private static final int MOST = 100_000;

    private final @Nullable DestroyedSockets destroyed;

    /** The key and the segments retransmitted of each. */
    private long[] rows = new long[128];

    private int count;
    private boolean lost;

    /** @param destroyed null where no native call can be made */
    DestroyedLog(@Nullable DestroyedSockets destroyed) {
        this.destroyed = destroyed;
    }

    /** Takes what the kernel has queued. */
    void drain() {
        if (destroyed != null && !destroyed.drain(this::add)) {
            lost = true;
        }
    }

    /** Says whether the kernel is to queue them: it costs the thread that closes a socket. */
    void listen(boolean lossy) {
        if (destroyed != null && lossy) {
            destroyed.join();
        } else if (destroyed != null) {
            destroyed.leave();
        }
    }

    private void add(SocketRow row) {
        long total = row.tcpInfo.totalRetransmits();
        if (total <= 0) {
            return;
        }
        if (count == MOST) {
            lost = true;
            return;
        }
        if (2 * count == rows.length) {
            rows = Arrays.copyOf(rows, 2 * rows.length);
        }
        rows[2 * count] = row.key();
        rows[2 * count + 1] = total;
        count++;
    }

    /** Counts what closed connections have retransmitted between the last sample that showed them and their end. */
    void join(ClosedIndex closed, List<String> missing) {
        for (int i = 0; i < count; i++) {
            closed.count(rows[2 * i], rows[2 * i + 1]);
        }
        count = 0;
        if (lost) {
            lost = false;
            missing.add("netlink destroy events were dropped (ENOBUFS): what some closed connections retransmitted at"
                    + " the end counts as others'");
        }
    }
}
