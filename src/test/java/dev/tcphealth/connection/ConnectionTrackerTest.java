package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.Catalogue;
import com.example.Checkout;
import dev.tcphealth.address.Endpoint;
import dev.tcphealth.address.TupleKey;
import dev.tcphealth.connection.Connection.Kind;
import java.io.FileDescriptor;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sockets from their birth to their end. The application opens in Checkout and closes in Catalogue. */
class ConnectionTrackerTest {

    private static final InetAddress OWN = address(10, 0, 0, 1);
    private static final InetAddress PEER = address(10, 0, 0, 5);
    private static final long KEY = TupleKey.of(Endpoint.of(OWN, 40_000), Endpoint.of(PEER, 5432));

    private Ending ending = Ending.ACTIVE_FIN;
    private final ConnectionTracker tracker =
            new ConnectionTracker(100, 32, List.of("com.example."), 100, 4096, of -> null);
    private long retransmitted;
    private final FileDescriptor fd = new FileDescriptor();

    @BeforeEach
    void askTheKernel() {
        tracker.ask(new KernelProbe() {
            @Override
            public Ending ending(Connection connection, FileDescriptor of) {
                return ending;
            }

            @Override
            public long retransmitted(Connection connection) {
                return retransmitted;
            }
        });
    }

    @Test
    void aConnectionFromItsOpeningToItsEnd() throws Exception {
        open(fd, 5);
        assertThat(counts()).isEqualTo("opened 1 accepted 0 closed 0 failed 0 byCollector 0 dropped 0");
        Connection connection = connection(5);
        assertThat(connection.kind).isEqualTo(Kind.OPENED);
        assertThat(connection.connected()).isFalse();
        assertThat(connection.key()).isZero();
        assertThat(connection.closer()).isNull();
        assertThat(connection.destination()).isNull();

        tracker.connecting(fd, 5, PEER, 5432);
        assertThat(connection.connected()).isFalse();
        tracker.localAddress(fd, 5, OWN, 40_000);
        assertThat(connection.connected()).isTrue();
        assertThat(connection.key()).isEqualTo(KEY);
        assertThat(destination(connection).name()).isEqualTo("10.0.0.5:5432");
        assertThat(destination(connection).total.sum()).isEqualTo(1);

        assertThat(closing(fd, 5)).isFalse();
        assertThat(closer(connection).name()).startsWith("com.example.Catalogue.call(");
        assertThat(tracker.table().get(5)).as("open until it is released").isSameAs(connection);
        assertThat(counts()).startsWith("opened 1 accepted 0 closed 0");
        tracker.released(fd, 5);
        assertThat(tracker.table().get(5)).isNull();

        assertThat(counts()).isEqualTo("opened 1 accepted 0 closed 1 failed 0 byCollector 0 dropped 0");
        assertThat(connection.opener.name()).startsWith("com.example.Checkout.call(");
        assertThat(connection.opener.opened.sum()).isEqualTo(1);
        assertThat(connection.opener.closed.sum()).isZero();
        assertThat(closer(connection).closed.sum()).isEqualTo(1);
        assertThat(connection.opener.tallies.of(Ending.ACTIVE_FIN)).isEqualTo(1);
        assertThat(connection.opener.tallies.of(ConnectOutcome.CONNECTED)).isEqualTo(1);
        assertThat(connection.opener.tallies.lifetimes.count()).isEqualTo(1);
        assertThat(closedRows())
                .containsExactly(KEY + " " + connection.opener.id() + " "
                        + closer(connection).id() + " "
                        + destination(connection).slot());
    }

    @Test
    void anAcceptedConnection() throws Exception {
        Checkout.call(Executors.callable(() -> tracker.accepted(fd, 7, PEER, 50_000)));
        Connection connection = connection(7);
        assertThat(connection.kind).isEqualTo(Kind.ACCEPTED);
        assertThat(connection.connected()).isFalse();
        tracker.localAddress(fd, 7, OWN, 8080);
        assertThat(connection.key()).isEqualTo(TupleKey.of(Endpoint.of(OWN, 8080), Endpoint.of(PEER, 50_000)));
        assertThat(destination(connection).name()).isEqualTo("accepted on 10.0.0.1:8080");
        assertThat(destination(connection).inbound()).isTrue();
        closing(fd, 7);
        tracker.released(fd, 7);
        assertThat(counts()).isEqualTo("opened 0 accepted 1 closed 1 failed 0 byCollector 0 dropped 0");
        assertThat(connection.opener.accepted.sum()).isEqualTo(1);
        assertThat(connection.opener.opened.sum()).isZero();
        assertThat(connection.opener.tallies.of(ConnectOutcome.CONNECTED))
                .as("it did not connect")
                .isZero();
        assertThat(closedRows()).hasSize(1);
    }

    @Test
    void aListenerIsNoConnection() throws Exception {
        Checkout.call(Executors.callable(() -> tracker.opened(fd, 3, true)));
        Connection listener = connection(3);
        assertThat(listener.kind).isEqualTo(Kind.LISTENER);
        tracker.localAddress(fd, 3, OWN, 8080);
        assertThat(listener.connected()).as("it has no peer").isFalse();
        closing(fd, 3);
        tracker.closed(fd, 3);
        tracker.released(fd, 3);
        assertThat(counts()).isEqualTo("opened 0 accepted 0 closed 0 failed 0 byCollector 0 dropped 0");
        assertThat(listener.opener.opened.sum()).isZero();
        assertThat(closer(listener).closed.sum()).isZero();
        assertThat(listener.opener.tallies.deferred.sum()).isZero();
        assertThat(closedRows()).isEmpty();
    }

    @Test
    void whatWasNeverConnectedHasFailed() throws Exception {
        open(fd, 5);
        tracker.connecting(fd, 5, PEER, 5432);
        tracker.connectFailed(fd, 5, new ConnectException("Connection refused"));
        CodePath opener = connection(5).opener;
        Destination to = destination(connection(5));
        closing(fd, 5);
        tracker.released(fd, 5);
        assertThat(counts()).isEqualTo("opened 1 accepted 0 closed 1 failed 1 byCollector 0 dropped 0");
        assertThat(opener.failed.sum()).isEqualTo(1);
        assertThat(opener.tallies.of(ConnectOutcome.REFUSED)).isEqualTo(1);
        assertThat(opener.tallies.of(ConnectOutcome.FAILED)).isZero();
        assertThat(opener.tallies.of(Ending.NEVER_CONNECTED)).isEqualTo(1);
        assertThat(opener.tallies.lifetimes.count()).isZero();
        assertThat(to.total.sum()).isEqualTo(1);
        assertThat(to.tallies.of(ConnectOutcome.REFUSED)).isEqualTo(1);
        assertThat(closedRows()).isEmpty();
    }

    @Test
    void closedBeforeTheAnswerHasFailedAndNotTriedHasNoOutcome() throws Exception {
        open(fd, 5);
        tracker.connecting(fd, 5, PEER, 5432);
        CodePath opener = connection(5).opener;
        closing(fd, 5);
        tracker.released(fd, 5);
        assertThat(opener.tallies.of(ConnectOutcome.FAILED)).isEqualTo(1);
        open(fd, 5);
        CodePath idle = connection(5).opener;
        closing(fd, 5);
        tracker.released(fd, 5);
        assertThat(idle.tallies.of(ConnectOutcome.FAILED)).isZero();
        assertThat(idle.failed.sum()).isEqualTo(1);
    }

    @Test
    void theNumberGivenOutAgainWithoutARelease() throws Exception {
        connect(fd, 5);
        Connection first = connection(5);
        FileDescriptor next = new FileDescriptor();
        connect(next, 5);
        assertThat(connection(5)).isNotSameAs(first);
        assertThat(counts()).isEqualTo("opened 2 accepted 0 closed 1 failed 0 byCollector 0 dropped 0");

        // What comes late for the first does not touch the second.
        assertThat(closing(fd, 5)).isFalse();
        tracker.localAddress(fd, 5, OWN, 1);
        tracker.connecting(fd, 5, PEER, 1);
        tracker.linger(fd, 5, true);
        tracker.shutdownOutput(fd, 5);
        tracker.closed(fd, 5);
        tracker.released(fd, 5);
        assertThat(connection(5).closer()).isNull();
        assertThat(connection(5).key()).isEqualTo(KEY);
        assertThat(connection(5).lingersNot()).isFalse();
        assertThat(connection(5).halfClosed()).isNull();
        assertThat(counts()).isEqualTo("opened 2 accepted 0 closed 1 failed 0 byCollector 0 dropped 0");

        closing(next, 5);
        tracker.released(next, 5);
        assertThat(counts()).isEqualTo("opened 2 accepted 0 closed 2 failed 0 byCollector 0 dropped 0");
    }

    @Test
    void theFirstToCloseIsTheCloser() throws Exception {
        connect(fd, 5);
        Connection connection = connection(5);
        closing(fd, 5);
        Checkout.call(() -> tracker.closing(fd, 5));
        tracker.released(fd, 5);
        tracker.released(fd, 5);
        assertThat(closer(connection).name()).startsWith("com.example.Catalogue.call(");
        assertThat(closer(connection).closed.sum()).isEqualTo(1);
        assertThat(connection.opener.closed.sum()).isZero();
        assertThat(counts()).startsWith("opened 1 accepted 0 closed 1 ");
        assertThat(closedRows()).hasSize(1);
    }

    @Test
    void whatTheCollectorReleasesItClosed() throws Exception {
        connect(fd, 5);
        Connection connection = connection(5);
        onThread("Common-Cleaner", () -> tracker.released(fd, 5));
        assertThat(counts()).isEqualTo("opened 1 accepted 0 closed 1 failed 0 byCollector 1 dropped 0");
        assertThat(connection.opener.closedByCollector.sum()).isEqualTo(1);
        assertThat(closer(connection).name()).isEqualTo("(garbage collector)");
        assertThat(closer(connection)).isSameAs(tracker.codePaths().collector());
        assertThat(closer(connection).closed.sum()).isEqualTo(1);
        assertThat(connection.opener.tallies.of(Ending.ACTIVE_FIN)).isEqualTo(1);
        assertThat(closedRows()).hasSize(1);
    }

    @Test
    void whatTheApplicationClosedTheCollectorDidNot() throws Exception {
        connect(fd, 5);
        closing(fd, 5);
        onThread("Common-Cleaner", () -> tracker.released(fd, 5));
        open(fd, 6);
        onThread("Common-Cleaner-2", () -> tracker.released(fd, 6));
        assertThat(counts()).isEqualTo("opened 2 accepted 0 closed 2 failed 1 byCollector 0 dropped 0");
    }

    @Test
    void oneFromBeforeTheAgentIsAdoptedAsItCloses() throws Exception {
        tracker.preexisting(5);
        assertThat(closing(fd, 5)).isTrue();
        assertThat(closing(fd, 5)).as("only once").isFalse();
        tracker.adopt(fd, 5, OWN, 40_000, PEER, 5432);
        assertThat(closing(fd, 5)).isFalse();
        Connection connection = connection(5);
        assertThat(connection.preexisting).isTrue();
        assertThat(connection.opener.name()).isEqualTo("(opened before the agent)");
        tracker.released(fd, 5);
        assertThat(counts()).isEqualTo("opened 0 accepted 0 closed 0 failed 0 byCollector 0 dropped 0");
        assertThat(closer(connection).closed.sum()).isEqualTo(1);
        assertThat(connection.opener.opened.sum()).isZero();
        assertThat(connection.opener.tallies.lifetimes.count())
                .as("nobody knows how long it lived")
                .isZero();
        assertThat(closedRows())
                .containsExactly(KEY + " " + connection.opener.id() + " "
                        + closer(connection).id() + " 0");
    }

    @Test
    void oneFromBeforeTheAgentIsForgottenWhenItIsReleased() throws Exception {
        tracker.preexisting(5);
        assertThat(tracker.released(fd, 5)).as("to be adopted").isTrue();
        assertThat(tracker.released(fd, 5)).isFalse();
        assertThat(closing(fd, 5)).isFalse();
    }

    @Test
    void oneFromBeforeTheAgentThatTheCollectorReleases() throws Exception {
        tracker.preexisting(5);
        assertThat(tracker.released(fd, 5)).isTrue();
        tracker.adopt(fd, 5, OWN, 40_000, PEER, 5432);
        onThread("Common-Cleaner", () -> tracker.released(fd, 5));
        assertThat(counts()).isEqualTo("opened 0 accepted 0 closed 0 failed 0 byCollector 1 dropped 0");
        assertThat(tracker.codePaths().preexisting().closedByCollector.sum()).isEqualTo(1);
        assertThat(closedRows()).hasSize(1);
    }

    /** 0.0.0.0 stands for one of this host's addresses, and only the kernel knows which. */
    @Test
    void thePeerIsInDoubtWhereItIsTheWildcardOrNobodyFinishedToConnect() throws Exception {
        assertThat(tracker.peerInDoubt(fd, 5, true)).as("unknown").isFalse();
        open(fd, 5);
        assertThat(tracker.peerInDoubt(fd, 5, true)).as("nothing begun").isFalse();
        tracker.connecting(fd, 5, PEER, 5432);
        assertThat(tracker.peerInDoubt(fd, 5, false)).isFalse();
        assertThat(tracker.peerInDoubt(fd, 5, true)).isTrue();
        tracker.localAddress(fd, 5, OWN, 40_000);
        assertThat(tracker.peerInDoubt(fd, 5, true)).isFalse();

        FileDescriptor local = new FileDescriptor();
        open(local, 6);
        tracker.connecting(local, 6, address(0, 0, 0, 0), 80);
        assertThat(connection(6).destination()).isNull();
        assertThat(tracker.peerInDoubt(local, 6, false)).isTrue();
        tracker.connecting(local, 6, address(127, 0, 0, 1), 80);
        tracker.localAddress(local, 6, address(127, 0, 0, 1), 40_001);
        assertThat(destination(connection(6)).name()).isEqualTo("127.0.0.1:80");
    }

    @Test
    void theNumberOfOneFromBeforeTheAgentGivenOutAgain() throws Exception {
        tracker.preexisting(5);
        open(fd, 5);
        assertThat(closing(new FileDescriptor(), 5)).as("the table has another").isFalse();
        tracker.preexisting(5);
        tracker.released(fd, 5);
        assertThat(closing(fd, 5)).as("it was seen being opened").isFalse();
    }

    @Test
    void anUnknownSocketIsNobodys() throws Exception {
        assertThat(closing(fd, 5)).isFalse();
        tracker.connecting(fd, 5, PEER, 5432);
        tracker.localAddress(fd, 5, OWN, 40_000);
        tracker.connectFailed(fd, 5, new ConnectException());
        tracker.closed(fd, 5);
        tracker.released(fd, 5);
        assertThat(counts()).isEqualTo("opened 0 accepted 0 closed 0 failed 0 byCollector 0 dropped 0");
        assertThat(tracker.table().get(5)).isNull();
    }

    @Test
    void aNumberBeyondAllBoundsIsDropped() throws Exception {
        open(fd, 1 << 20);
        tracker.accepted(fd, -1, PEER, 1);
        tracker.adopt(fd, 1 << 21, OWN, 1, PEER, 2);
        assertThat(counts()).isEqualTo("opened 0 accepted 0 closed 0 failed 0 byCollector 0 dropped 3");
        assertThat(closedRows()).isEmpty();
    }

    @Test
    void boundBeforeItIsConnected() throws Exception {
        open(fd, 5);
        tracker.localAddress(fd, 5, OWN, 39_999);
        assertThat(connection(5).connected()).isFalse();
        tracker.connecting(fd, 5, PEER, 5432);
        tracker.localAddress(fd, 5, OWN, 40_000);
        tracker.localAddress(fd, 5, OWN, 40_001);
        assertThat(connection(5).key()).as("the first stands").isEqualTo(KEY);
        tracker.connecting(fd, 5, PEER, 1);
        assertThat(connection(5).key()).isEqualTo(KEY);
        assertThat(destination(connection(5)).total.sum()).isEqualTo(1);
    }

    @Test
    void notesHowAConnectionEnds() throws Exception {
        connect(fd, 5);
        Connection connection = connection(5);
        tracker.linger(fd, 5, true);
        assertThat(connection.lingersNot()).isTrue();
        tracker.linger(fd, 5, false);
        assertThat(connection.lingersNot()).isFalse();
        tracker.shutdownOutput(fd, 5);
        assertThat(connection.halfClosed()).isEqualTo(Ending.ACTIVE_FIN);
        ending = Ending.PASSIVE_FIN;
        closing(fd, 5);
        tracker.closed(fd, 5);
        tracker.released(fd, 5);
        for (Tallies tallies : List.of(connection.opener.tallies, destination(connection).tallies)) {
            assertThat(tallies.of(Ending.PASSIVE_FIN)).isEqualTo(1);
            assertThat(tallies.of(Ending.ACTIVE_FIN)).isZero();
            assertThat(tallies.halfClosed.sum()).isEqualTo(1);
            assertThat(tallies.deferred.sum()).isEqualTo(1);
            assertThat(tallies.lifetimes.count()).isEqualTo(1);
            assertThat(tallies.connectTimes.count()).isEqualTo(1);
        }
    }

    @Test
    void synAcksSentAgainCountUnderTheListenersAddressToo() throws Exception {
        retransmitted = 2;
        Checkout.call(Executors.callable(() -> tracker.accepted(fd, 7, PEER, 50_000)));
        tracker.localAddress(fd, 7, OWN, 8080);
        Connection connection = connection(7);
        connection.traffic(3, 10, 500, 600, 4);
        connection.traffic(2, 9, -1, 700, 3);
        closing(fd, 7);
        tracker.released(fd, 7);
        tracker.recentlyClosed().forEach((sequence, key, owners, age) -> {
            assertThat(tracker.recentlyClosed().retransmitted(sequence, key, 3)).isZero();
            tracker.retransmittedAfterClose(owners, tracker.recentlyClosed().retransmitted(sequence, key, 5));
            assertThat(tracker.recentlyClosed().retransmitted(sequence, key, 5)).isZero();
            assertThat(tracker.recentlyClosed().retransmitted(sequence, key + 1, 9))
                    .isZero();
        });
        for (Tallies tallies : List.of(connection.opener.tallies, destination(connection).tallies)) {
            assertThat(tallies.synRetransmitted.sum()).isEqualTo(2);
            assertThat(tallies.segmentsRetransmitted.sum()).isEqualTo(5);
            assertThat(tallies.segmentsSent.sum())
                    .as("with the two retransmitted after the close")
                    .isEqualTo(12);
            assertThat(tallies.bytesSent.sum()).isEqualTo(500);
            assertThat(tallies.bytesReceived.sum()).isEqualTo(700);
            assertThat(tallies.exchangesAtMost.sum()).isEqualTo(4);
        }
    }

    @Test
    void withoutLossNobodyIsAskedForSynAcks() throws Exception {
        retransmitted = 2;
        tracker.lossy(false);
        Checkout.call(Executors.callable(() -> tracker.accepted(fd, 7, PEER, 50_000)));
        tracker.localAddress(fd, 7, OWN, 8080);
        assertThat(connection(7).opener.tallies.synRetransmitted.sum()).isZero();
    }

    @Test
    void resetKeepsWhatIsOpen() throws Exception {
        connect(fd, 5);
        Connection connection = connection(5);
        tracker.reset();
        assertThat(connection.opener.opened.sum()).isZero();
        assertThat(destination(connection).total.sum()).isZero();
        assertThat(tracker.table().get(5)).isSameAs(connection);
        assertThat(counts()).startsWith("opened 1 ");
    }

    @Test
    void aChannelThatNothingRefersToIsUnreachable() {
        Connection connection = new Connection(
                new FileDescriptor(), 5, Kind.OPENED, tracker.codePaths().collector(), false);
        connection.clear();
        assertThat(connection.unreachable()).isTrue();
        Connection held = new Connection(fd, 5, Kind.OPENED, tracker.codePaths().collector(), false);
        assertThat(held.unreachable()).isFalse();
    }

    private void connect(FileDescriptor with, int number) throws Exception {
        open(with, number);
        tracker.connecting(with, number, PEER, 5432);
        tracker.localAddress(with, number, OWN, 40_000);
    }

    private void open(FileDescriptor with, int number) throws Exception {
        Checkout.call(Executors.callable(() -> tracker.opened(with, number, false)));
    }

    private boolean closing(FileDescriptor with, int number) throws Exception {
        return Catalogue.call(() -> tracker.closing(with, number));
    }

    private static void onThread(String name, Runnable task) throws InterruptedException {
        Thread thread = new Thread(task, name);
        thread.start();
        thread.join();
    }

    private String counts() {
        return "opened " + tracker.opened + " accepted " + tracker.accepted + " closed " + tracker.closed + " failed "
                + tracker.failed + " byCollector " + tracker.closedByCollector + " dropped " + tracker.dropped;
    }

    private List<String> closedRows() {
        List<String> rows = new ArrayList<>();
        tracker.recentlyClosed()
                .forEach((sequence, key, owners, age) -> rows.add(key + " " + RecentlyClosed.opener(owners) + " "
                        + RecentlyClosed.closer(owners) + " " + RecentlyClosed.destination(owners)));
        return rows;
    }

    private Connection connection(int number) {
        Connection connection = tracker.table().get(number);
        if (connection == null) {
            throw new AssertionError("nothing at " + number);
        }
        return connection;
    }

    private static CodePath closer(Connection connection) {
        CodePath closer = connection.closer();
        if (closer == null) {
            throw new AssertionError("nobody has closed it");
        }
        return closer;
    }

    private static Destination destination(Connection connection) {
        Destination destination = connection.destination();
        if (destination == null) {
            throw new AssertionError("it leads nowhere");
        }
        return destination;
    }

    private static InetAddress address(int... bytes) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {(byte) bytes[0], (byte) bytes[1], (byte) bytes[2], (byte) bytes[3]});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
