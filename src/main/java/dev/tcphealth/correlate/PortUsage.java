package dev.tcphealth.correlate;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.address.TupleKey;
import dev.tcphealth.connection.Destination;
import dev.tcphealth.kernel.Limits;
import dev.tcphealth.kernel.SocketRow;
import dev.tcphealth.kernel.TcpState;
import java.util.Arrays;

/**
 * Counts the ephemeral ports in use for each pair of a local address and a peer's address and port, over all sockets of
 * the network namespace: whoever holds a port, nobody else can have it towards the same peer.
 */
final class PortUsage {

    private static final int BITS = 20;
    private static final long MASK = (1 << BITS) - 1;

    /** TCP_TIMEWAIT_LEN in include/net/tcp.h, which cannot be set. */
    private static final int TIME_WAIT_MILLIS = 60_000;

    /** What tcp_tw_reuse_delay is where it cannot be set. */
    private static final int REUSE_DELAY_MILLIS = 1000;

    /** By the key of the pair: sockets in use in the upper bits, then those in TIME_WAIT, then those that may be reused. */
    private final LongMap byPair = new LongMap();

    /** The last pair that was found of each peer. */
    private final LongMap lastOfPeer = new LongMap();

    /** For each pair in the order they were found: its key, and the number of the one of the same peer before it. */
    private long[] pairs = new long[64];

    private int found;

    /** The usage of those pairs that the destination for all others has. */
    private long others;

    private Limits limits = Limits.UNKNOWN;
    private int reuseDelayMillis = REUSE_DELAY_MILLIS;

    void clear(Limits now) {
        byPair.clear();
        lastOfPeer.clear();
        found = 0;
        others = 0;
        limits = now;
        reuseDelayMillis = now.twReuseDelayMillis() < 0 ? REUSE_DELAY_MILLIS : now.twReuseDelayMillis();
    }

    /** Counts a socket; gives the key of its pair, or 0 where it holds no ephemeral port towards anyone. */
    long add(SocketRow row) {
        if (row.remotePort == 0 || row.localPort < limits.portRangeLow() || row.localPort > limits.portRangeHigh()) {
            return 0;
        }
        long pair = TupleKey.of(row.localHi, row.localLo, 0, row.remoteHi, row.remoteLo, row.remotePort);
        long before = byPair.get(pair);
        if (before == LongMap.ABSENT) {
            before = 0;
            found(pair, peer(row.remoteHi, row.remoteLo, row.remotePort));
        }
        byPair.put(pair, before + usage(row));
        return pair;
    }

    private long usage(SocketRow row) {
        long usage = 1L << (2 * BITS);
        if (row.state == TcpState.TIME_WAIT) {
            usage += 1L << BITS;
            usage += TIME_WAIT_MILLIS - row.timerMillis > reuseDelayMillis ? 1 : 0;
        }
        return usage;
    }

    private void found(long pair, long peer) {
        if (2 * found == pairs.length) {
            pairs = Arrays.copyOf(pairs, 2 * pairs.length);
        }
        pairs[2 * found] = pair;
        pairs[2 * found + 1] = lastOfPeer.get(peer);
        lastOfPeer.put(peer, found);
        found++;
    }

    private static long peer(long hi, long lo, int port) {
        return TupleKey.of(0, 0, 0, hi, lo, port);
    }

    /** One of the pairs of the destination that stands for many, once all sockets are counted. */
    void leadsToOthers(long pair) {
        others = Math.max(others, byPair.get(pair));
    }

    /** Towards this destination from the local address that uses most, whoever it is; once all sockets are counted. */
    Ports of(Destination to) {
        if (to.inbound()) {
            return Ports.NONE;
        }
        long usage = to.slot() == 0 ? others : busiest(to.endpoint());
        return new Ports(
                (int) (usage >>> (2 * BITS)),
                (int) ((usage >>> BITS) & MASK),
                limits.ephemeralPorts(),
                mayReuse(to) ? (int) (usage & MASK) : 0);
    }

    private long busiest(Endpoint to) {
        long most = 0;
        long at = lastOfPeer.get(peer(to.hi(), to.lo(), to.port()));
        while (at != LongMap.ABSENT) {
            most = Math.max(most, byPair.get(pairs[2 * (int) at]));
            at = pairs[2 * (int) at + 1];
        }
        return most;
    }

    /** tcp_twsk_unique in net/ipv4/tcp_ipv4.c; both ends must use timestamps, which no list of sockets shows. */
    private boolean mayReuse(Destination to) {
        return limits.twReuse() == 1 || (limits.twReuse() == 2 && to.endpoint().isLoopback());
    }
}
