package dev.tcphealth.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.connection.Destination;
import dev.tcphealth.kernel.Limits;
import dev.tcphealth.kernel.SocketRow;
import dev.tcphealth.kernel.TcpState;
import java.io.FileDescriptor;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Of 101 ports, 40000 to 40100, one is reserved. */
class PortUsageTest {

    private static final int YES = 1;
    private static final int ON_LOOPBACK = 2;
    private static final int UNKNOWN = -1;
    private static final long JUST_NOW = 59_999;

    private final ConnectionTracker tracker =
            new ConnectionTracker(10, 3, List.of("com.example."), 2, 4096, of -> null);
    private final PortUsage ports = new PortUsage();

    @Test
    void anyonesSocketsTakePorts() throws Exception {
        Destination to = destination("10.0.0.5", 80);
        Destination beside = destination("10.0.0.5", 81);
        ports.clear(limits(0, UNKNOWN));
        add(TcpState.ESTABLISHED, "10.0.0.1", 40_000, "10.0.0.5", 80, 0);
        add(TcpState.CLOSE_WAIT, "10.0.0.1", 40_001, "10.0.0.5", 80, 0);
        add(TcpState.TIME_WAIT, "10.0.0.1", 40_100, "10.0.0.5", 80, JUST_NOW);
        add(TcpState.ESTABLISHED, "10.0.0.1", 39_999, "10.0.0.5", 80, 0);
        add(TcpState.ESTABLISHED, "10.0.0.1", 40_101, "10.0.0.5", 80, 0);
        add(TcpState.LISTEN, "10.0.0.1", 40_002, "0.0.0.0", 0, 0);
        assertThat(ports.of(to)).isEqualTo(new Ports(3, 1, 100, 0));
        assertThat(ports.of(to).left()).isEqualTo(97);
        assertThat(ports.of(beside)).isEqualTo(new Ports(0, 0, 100, 0));
    }

    @Test
    void eachLocalAddressHasPortsOfItsOwn() throws Exception {
        Destination to = destination("10.0.0.5", 80);
        ports.clear(limits(0, UNKNOWN));
        add(TcpState.ESTABLISHED, "10.0.0.1", 40_000, "10.0.0.5", 80, 0);
        for (int port = 40_000; port < 40_004; port++) {
            add(TcpState.ESTABLISHED, "10.0.0.2", port, "10.0.0.5", 80, 0);
        }
        add(TcpState.ESTABLISHED, "10.0.0.3", 40_000, "10.0.0.5", 80, 0);
        assertThat(ports.of(to).used()).as("of the address that uses most").isEqualTo(4);

        ports.clear(limits(0, UNKNOWN));
        assertThat(ports.of(to).used()).as("in the next sample").isZero();
    }

    @Test
    void aPortIsReusedAfterTheDelayOnly() throws Exception {
        Destination to = destination("10.0.0.5", 80);
        ports.clear(limits(YES, UNKNOWN));
        for (long millisLeft : List.of(60_000L, 59_001L, 59_000L, 58_999L, 0L)) {
            add(TcpState.TIME_WAIT, "10.0.0.1", 40_000, "10.0.0.5", 80, millisLeft);
        }
        assertThat(ports.of(to)).as("a second").isEqualTo(new Ports(5, 5, 100, 2));
        assertThat(ports.of(to).left()).isEqualTo(97);

        ports.clear(limits(YES, 30_000));
        add(TcpState.TIME_WAIT, "10.0.0.1", 40_000, "10.0.0.5", 80, 30_001);
        add(TcpState.TIME_WAIT, "10.0.0.1", 40_001, "10.0.0.5", 80, 29_999);
        add(TcpState.FIN_WAIT2, "10.0.0.1", 40_002, "10.0.0.5", 80, 1);
        assertThat(ports.of(to)).isEqualTo(new Ports(3, 2, 100, 1));
    }

    @Test
    void perhapsOnLoopbackOnly() throws Exception {
        Destination near = destination("127.0.0.1", 80);
        Destination far = destination("10.0.0.5", 80);
        for (int reuse : new int[] {0, YES, ON_LOOPBACK, UNKNOWN}) {
            ports.clear(limits(reuse, UNKNOWN));
            add(TcpState.TIME_WAIT, "127.0.0.1", 40_000, "127.0.0.1", 80, 1000);
            add(TcpState.TIME_WAIT, "10.0.0.1", 40_000, "10.0.0.5", 80, 1000);
            assertThat(ports.of(near).reusable()).as("near, " + reuse).isEqualTo(reuse > 0 ? 1 : 0);
            assertThat(ports.of(far).reusable()).as("far, " + reuse).isEqualTo(reuse == YES ? 1 : 0);
        }
    }

    @Test
    void theDestinationThatStandsForManyHasThoseOfItsOwnSockets() throws Exception {
        destination("10.0.0.5", 80);
        destination("10.0.0.5", 81);
        Destination many = destination("10.0.0.6", 80);
        assertThat(many.slot()).isZero();
        ports.clear(limits(0, UNKNOWN));
        add(TcpState.ESTABLISHED, "10.0.0.1", 40_000, "10.0.0.6", 80, 0);
        long pair = add(TcpState.ESTABLISHED, "10.0.0.1", 40_001, "10.0.0.6", 80, 0);
        assertThat(ports.of(many).used()).isZero();
        ports.leadsToOthers(pair);
        assertThat(ports.of(many).used()).isEqualTo(2);
    }

    @Test
    void manyPeers() throws Exception {
        Destination last = destination("10.0.3.232", 80);
        ports.clear(limits(0, UNKNOWN));
        for (int peer = 0; peer <= 1000; peer++) {
            for (int port = 40_000; port <= 40_000 + peer % 100; port++) {
                add(TcpState.ESTABLISHED, "10.0.0.1", port, "10.0." + peer / 256 + "." + peer % 256, 80, 0);
            }
        }
        assertThat(ports.of(last).used()).isEqualTo(1);
        assertThat(ports.of(destination("10.0.3.231", 80)).used()).isEqualTo(100);
    }

    private Destination destination(String address, int port) throws Exception {
        FileDescriptor fd = new FileDescriptor();
        tracker.opened(fd, 5, false);
        tracker.connecting(fd, 5, InetAddress.getByName(address), port);
        Endpoint endpoint = Endpoint.of(InetAddress.getByName(address), port);
        return tracker.destinations().all().stream()
                .filter(to -> to.endpoint().equals(endpoint))
                .findFirst()
                .orElseGet(() -> tracker.destinations().all().stream()
                        .filter(to -> to.slot() == 0)
                        .findFirst()
                        .orElseThrow());
    }

    private long add(TcpState state, String local, int localPort, String peer, int peerPort, long millisLeft)
            throws Exception {
        SocketRow row = new SocketRow();
        Endpoint from = Endpoint.of(InetAddress.getByName(local), localPort);
        Endpoint to = Endpoint.of(InetAddress.getByName(peer), peerPort);
        row.state = state;
        row.localHi = from.hi();
        row.localLo = from.lo();
        row.localPort = localPort;
        row.remoteHi = to.hi();
        row.remoteLo = to.lo();
        row.remotePort = peerPort;
        row.timerMillis = millisLeft;
        return ports.add(row);
    }

    private static Limits limits(int twReuse, int twReuseDelayMillis) {
        return new Limits(40_000, 40_100, 1, twReuse, twReuseDelayMillis, -1, -1, -1, -1);
    }
}
