package dev.tcphealth.correlate;

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

    private static final int BITS = 24;
    private static final long MASK = (1 << BITS) - 1;

    /** By the key of the pair: sockets in use in the upper bits, those in TIME_WAIT in the lower. */
    private final LongMap byPair = new LongMap();

    private long[] busiest = new long[64];
    private Limits limits = Limits.UNKNOWN;

    void clear(Limits now) {
        byPair.clear();
        Arrays.fill(busiest, 0);
        limits = now;
    }

    /** Counts a socket; gives the key of its pair, or 0 where it holds no ephemeral port towards anyone. */
    long add(SocketRow row) {
        if (row.remotePort == 0 || row.localPort < limits.portRangeLow() || row.localPort > limits.portRangeHigh()) {
            return 0;
        }
        long pair = TupleKey.of(row.localHi, row.localLo, 0, row.remoteHi, row.remoteLo, row.remotePort);
        long before = Math.max(byPair.get(pair), 0);
        byPair.put(pair, before + (1L << BITS) + (row.state == TcpState.TIME_WAIT ? 1 : 0));
        return pair;
    }

    /** One of the pairs of a destination, once all sockets are counted. */
    void leadsTo(int destination, long pair) {
        if (destination >= busiest.length) {
            busiest = Arrays.copyOf(busiest, Math.max(2 * busiest.length, destination + 1));
        }
        busiest[destination] = Math.max(busiest[destination], byPair.get(pair));
    }

    Ports of(Destination to) {
        if (to.inbound()) {
            return Ports.NONE;
        }
        long usage = to.id() < busiest.length ? busiest[to.id()] : 0;
        int timeWait = (int) (usage & MASK);
        return new Ports((int) (usage >>> BITS), timeWait, limits.ephemeralPorts(), reusable(to, timeWait));
    }

    /** tcp_twsk_unique in net/ipv4/tcp_ipv4.c */
    private int reusable(Destination to, int timeWait) {
        return switch (limits.twReuse()) {
            case 1 -> timeWait;
            case 2 -> to.endpoint().isLoopback() ? timeWait : 0;
            default -> 0;
        };
    }
}
