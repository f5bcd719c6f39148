package dev.tcphealth.correlate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.Catalogue;
import com.example.Checkout;
import dev.tcphealth.address.Endpoint;
import dev.tcphealth.connection.Connection;
import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.kernel.HostReader;
import dev.tcphealth.kernel.SocketFds;
import dev.tcphealth.kernel.SocketRow;
import dev.tcphealth.kernel.SocketSource;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.kernel.Totals;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM at 10.0.0.1 whose sockets lead to 10.0.0.5:5432. Checkout opens them and Catalogue closes them. */
class SamplerTest {

    private static final InetAddress OWN = address(1);
    private static final InetAddress PEER = address(5);
    private static final int PEER_PORT = 5432;
    private static final int CLIENT_PORT = 50_000;

    @TempDir
    Path folder;

    private final ConnectionTracker tracker =
            new ConnectionTracker(100, 3, List.of("com.example."), 100, 4096, of -> null);
    private final Map<Integer, FileDescriptor> open = new HashMap<>();
    private final Kernel kernel = new Kernel();
    private long nanos;
    private Sampler sampler = new Sampler(tracker, new HostReader(), kernel, new SocketFds());

    @BeforeEach
    void host() throws IOException {
        Files.createDirectories(folder.resolve("fd"));
        HostReader host = new HostReader(folder, folder, System::nanoTime);
        sampler = new Sampler(tracker, host, kernel, new SocketFds(folder));
    }

    @Test
    void aLiveConnectionIsFoundByItsInode() throws Exception {
        open(5, 40_000, 123);
        kernel.row(TcpState.CLOSE_WAIT, 1, 123);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.sockets())).isEqualTo("CLOSE_WAIT 1");
        assertThat(counts(snapshot.jvm().states())).isEqualTo("CLOSE_WAIT 1");
        assertThat(snapshot.jvm().closeWaitOthers()).isZero();
        assertThat(snapshot.jvm().live()).isEqualTo(1);
        CodePathStats opener = opener(snapshot);
        assertThat(counts(opener.states())).isEqualTo("CLOSE_WAIT 1");
        assertThat(opener.opened()).isEqualTo(1);
        assertThat(opener.live()).isEqualTo(1);
        DestinationStats to = snapshot.destinations().get(0);
        assertThat(to.name()).isEqualTo("10.0.0.5:5432");
        assertThat(counts(to.states())).isEqualTo("CLOSE_WAIT 1");
        assertThat(to.live()).isEqualTo(1);
        assertThat(snapshot.coverage()).isEqualTo(new Coverage(1, 1, 0));
    }

    /** Its descriptor may be gone already, or its inode was not found. */
    @Test
    void aLiveConnectionIsFoundByItsAddresses() throws Exception {
        open(5, 40_000, 0);
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.jvm().states())).isEqualTo("ESTABLISHED 1");
        assertThat(counts(opener(snapshot).states())).isEqualTo("ESTABLISHED 1");
    }

    @Test
    void theOtherEndOnTheSameHostIsNotOurs() throws Exception {
        open(5, 40_000, 0);
        kernel.rows.add(row -> {
            fill(row, TcpState.TIME_WAIT, Endpoint.of(PEER, PEER_PORT), Endpoint.of(OWN, 40_000), 0);
        });
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.jvm().timeWaitOthers()).isEqualTo(1);
        assertThat(counts(snapshot.jvm().states())).isEqualTo("CLOSE 1");
    }

    @Test
    void aClosedConnectionIsFoundByItsAddresses() throws Exception {
        open(5, 40_000, 123);
        close(5);
        release(5);
        kernel.row(TcpState.TIME_WAIT, 40_000, 0);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.jvm().states())).isEqualTo("TIME_WAIT 1");
        assertThat(snapshot.jvm().timeWaitOthers()).isZero();
        assertThat(snapshot.jvm().live()).isZero();
        assertThat(snapshot.jvm().closed()).isEqualTo(1);
        CodePathStats opener = opener(snapshot);
        assertThat(counts(opener.states())).isEqualTo("TIME_WAIT 1");
        assertThat(opener.timeWaitByCloser()).isZero();
        CodePathStats closer = path(snapshot, "com.example.Catalogue");
        assertThat(counts(closer.states())).isEmpty();
        assertThat(closer.timeWaitByCloser()).isEqualTo(1);
        assertThat(counts(snapshot.destinations().get(0).states())).isEqualTo("TIME_WAIT 1");
        assertThat(snapshot.destinations().get(0).live()).isZero();
    }

    @Test
    void ofTwoWithTheSameAddressesTheLastIsMeant() throws Exception {
        open(5, 40_000, 123);
        close(5);
        release(5);
        Catalogue.call(() -> connect(5, 40_000));
        close(5);
        release(5);
        kernel.row(TcpState.TIME_WAIT, 40_000, 0);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(opener(snapshot).states())).isEmpty();
        assertThat(snapshot.codePaths().stream()
                        .filter(path -> path.name().startsWith("com.example.Catalogue"))
                        .mapToInt(path -> path.states().of(TcpState.TIME_WAIT))
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void whatJoinsWithNothingIsOthers() throws Exception {
        kernel.row(TcpState.TIME_WAIT, 40_001, 0);
        kernel.row(TcpState.CLOSE_WAIT, 40_002, 77);
        kernel.row(TcpState.ESTABLISHED, 40_003, 78);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.sockets())).isEqualTo("ESTABLISHED 1 TIME_WAIT 1 CLOSE_WAIT 1");
        assertThat(counts(snapshot.jvm().states())).isEmpty();
        assertThat(snapshot.jvm().timeWaitOthers()).isEqualTo(1);
        assertThat(snapshot.jvm().closeWaitOthers()).isEqualTo(1);
        assertThat(snapshot.codePaths()).isEmpty();
        assertThat(snapshot.destinations()).isEmpty();
        assertThat(snapshot.coverage()).isEqualTo(new Coverage(0, 0, 0));
    }

    @Test
    void aSocketOfThisProcessThatWasNotSeenBeingOpenedIsFromBefore() throws Exception {
        open(5, 40_000, 123);
        link(9, "socket:[55]");
        link(10, "socket:[56]"); // no TCP socket
        link(11, "pipe:[57]");
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        kernel.row(TcpState.CLOSE_WAIT, 41_000, 55);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.jvm().states())).isEqualTo("ESTABLISHED 1 CLOSE_WAIT 1");
        CodePathStats before = path(snapshot, "(opened before the agent)");
        assertThat(counts(before.states())).isEqualTo("CLOSE_WAIT 1");
        assertThat(before.live()).isEqualTo(1);
        assertThat(snapshot.jvm().live()).isEqualTo(2);
        assertThat(snapshot.jvm().preexisting()).isEqualTo(1);
        assertThat(snapshot.jvm().closed()).isZero();
        assertThat(snapshot.coverage()).isEqualTo(new Coverage(2, 1, 0));
        assertThat(snapshot.coverage().percent()).isEqualTo(50);

        Files.delete(folder.resolve("fd/9"));
        snapshot = sampler.sample();
        assertThat(snapshot.jvm().closeWaitOthers())
                .as("this process has it no more")
                .isEqualTo(1);
        assertThat(snapshot.jvm().live()).isEqualTo(1);
        assertThat(snapshot.jvm().preexisting()).isEqualTo(1);
        assertThat(snapshot.jvm().closed()).isEqualTo(1);
        assertThat(snapshot.coverage()).isEqualTo(new Coverage(1, 1, 0));
    }

    @Test
    void oneFromBeforeThatIsBeingClosedIsNotLive() throws Exception {
        tracker.preexisting(5);
        FileDescriptor fd = fd(5);
        assertThat(tracker.closing(fd, 5)).isTrue();
        tracker.adopt(fd, 5, OWN, 40_000, PEER, PEER_PORT);
        kernel.row(TcpState.FIN_WAIT2, 40_000, 0);
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.jvm().live()).isZero();
        assertThat(counts(path(snapshot, "(opened before the agent)").states())).isEqualTo("FIN_WAIT2 1");
    }

    @Test
    void aConnectionClosedWhileTheKernelIsReadIsOurs() throws Exception {
        open(5, 40_000, 123);
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        kernel.row(TcpState.TIME_WAIT, 40_001, 0);
        open(6, 40_001, 124);
        kernel.whileRead = () -> {
            close(5);
            release(5);
            close(6);
            release(6);
        };
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.jvm().states())).isEqualTo("ESTABLISHED 1 TIME_WAIT 1");
        assertThat(snapshot.jvm().timeWaitOthers()).isZero();
        assertThat(snapshot.jvm().live()).isZero();
        assertThat(counts(snapshot.sockets())).isEqualTo("ESTABLISHED 1 TIME_WAIT 1");
    }

    @Test
    void aConnectionOpenedWhileTheKernelIsReadIsOurs() throws Exception {
        kernel.whileRead = () -> {
            open(5, 40_000, 123);
            open(6, 40_001, 124);
        };
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.jvm().states()))
                .as("of the other it is not known how the kernel had it")
                .isEqualTo("ESTABLISHED 1");
        assertThat(snapshot.jvm().live()).isEqualTo(2);
        assertThat(snapshot.coverage().percent()).isEqualTo(100);
    }

    @Test
    void aConnectionThatComesAndGoesWhileTheKernelIsReadIsOurs() throws Exception {
        kernel.whileRead = () -> {
            open(5, 40_000, 123);
            close(5);
            release(5);
        };
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.jvm().states())).isEqualTo("ESTABLISHED 1");
        assertThat(counts(opener(snapshot).states())).isEqualTo("ESTABLISHED 1");
        assertThat(snapshot.jvm().live()).isZero();
    }

    @Test
    void aNumberGivenOutAgainWhileTheKernelIsReadIsTwoConnections() throws Exception {
        open(5, 40_000, 123);
        kernel.whileRead = () -> {
            close(5);
            release(5);
            open(5, 40_001, 124);
        };
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        kernel.row(TcpState.ESTABLISHED, 40_001, 124);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.jvm().states())).isEqualTo("ESTABLISHED 2");
        assertThat(snapshot.jvm().live()).isEqualTo(1);
        assertThat(snapshot.jvm().opened()).isEqualTo(2);
    }

    /** The kernel lists what is bound only; and one it skipped is no other. */
    @Test
    void anOpenSocketThatTheKernelDoesNotListIsInClose() throws Exception {
        tracker.opened(new FileDescriptor(), 5, false);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.jvm().states())).isEqualTo("CLOSE 1");
        assertThat(counts(snapshot.sockets())).as("those the kernel lists").isEmpty();
    }

    /** It counts what is still open at the end, so that the counters agree. */
    @Test
    void whatIsReleasedWhileTheSampleIsTakenIsNotLive() throws Exception {
        open(5, 40_000, 123);
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        kernel.whileRead = () -> {
            close(5);
            release(5);
        };
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.jvm().live()).isZero();
        assertThat(snapshot.jvm().opened()
                        + snapshot.jvm().accepted()
                        - snapshot.jvm().closed())
                .isZero();
        assertThat(opener(snapshot).live()).isZero();
    }

    /** Its place in the ring is another's by the time it is joined: it is nobody's rather than that one's. */
    @Test
    void whatIsForgottenWhileTheSampleIsTakenIsNotTakenForAnother() throws Exception {
        open(5, 40_000, 123);
        close(5);
        release(5);
        kernel.row(TcpState.TIME_WAIT, 40_000, 0);
        kernel.whileRead = () -> {
            for (int i = 0; i < 4096; i++) {
                FileDescriptor fd = new FileDescriptor();
                tracker.accepted(fd, 6, PEER, 1 + i);
                tracker.localAddress(fd, 6, OWN, 8080);
                tracker.closing(fd, 6);
                tracker.released(fd, 6);
            }
        };
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.jvm().states())).isEmpty();
        assertThat(snapshot.jvm().timeWaitOthers()).isEqualTo(1);
    }

    @Test
    void whereTheKernelCannotBeReadNoStateIsKnown() throws Exception {
        open(5, 40_000, 123);
        kernel.row(TcpState.CLOSE_WAIT, 40_000, 123);
        kernel.failure = new IOException("/proc/self/net/tcp: permission denied");
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.missing())
                .contains("/proc/self/net/tcp: permission denied: the states of sockets, TIME_WAIT and CLOSE_WAIT among"
                        + " them, are not known");
        assertThat(snapshot.sockets().known()).isFalse();
        assertThat(snapshot.jvm().states().of(TcpState.CLOSE_WAIT)).isEqualTo(-1);
        assertThat(snapshot.jvm().timeWaitOthers()).isEqualTo(-1);
        assertThat(snapshot.jvm().closeWaitOthers()).isEqualTo(-1);
        assertThat(opener(snapshot).states().total()).isEqualTo(-1);
        assertThat(opener(snapshot).timeWaitByCloser()).isEqualTo(-1);
        assertThat(snapshot.destinations().get(0).states().known()).isFalse();
        assertThat(snapshot.jvm().live()).as("this the JVM knows").isEqualTo(1);
        assertThat(opener(snapshot).opened()).isEqualTo(1);

        kernel.failure = null;
        assertThat(counts(sampler.sample().jvm().states())).isEqualTo("CLOSE_WAIT 1");
    }

    @Test
    void whatTheKernelTakesBackIsNotCounted() throws Exception {
        open(5, 40_000, 123);
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        kernel.row(TcpState.TIME_WAIT, 40_001, 0);
        kernel.twice = true;
        Snapshot snapshot = sampler.sample();
        assertThat(counts(snapshot.sockets())).isEqualTo("ESTABLISHED 1 TIME_WAIT 1");
    }

    @Test
    void rowsThatWereNotUnderstoodAreSaid() {
        kernel.garbled = 3;
        assertThat(sampler.sample().missing())
                .contains("3 of the kernel's TCP sockets could not be understood and are not counted");
        kernel.garbled = 0;
        assertThat(sampler.sample().missing()).noneMatch(line -> line.contains("understood and"));
    }

    @Test
    void withoutAListOfDescriptorsTheCoverageIsUnknown() throws Exception {
        open(5, 40_000, 0);
        Files.delete(folder.resolve("fd"));
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.coverage()).isEqualTo(Coverage.UNKNOWN);
        assertThat(snapshot.coverage().percent()).isNaN();
        assertThat(snapshot.missing())
                .anyMatch(line -> line.startsWith(folder.resolve("fd") + ": no such file: how many of this process's"));
        assertThat(counts(snapshot.jvm().states())).isEqualTo("ESTABLISHED 1");
    }

    @Test
    void whatHurtsMostComesFirst() throws Exception {
        List<String> expected = new ArrayList<>();
        // One line opens each kind, so that each is a code path of its own; what hurts least is opened first.
        int port = 40_009; // its number is given out again, so that one of three is open
        expected.add(0, named(Checkout.call(() -> Math.max(connect(9, 1), Math.max(connect(9, 2), connect(9, port))))));
        kernel.row(TcpState.ESTABLISHED, 40_009, 0);
        expected.add(0, named(Checkout.call(() -> Math.min(connect(7, 40_007), connect(8, 40_008)))));
        kernel.row(TcpState.ESTABLISHED, 40_007, 0);
        kernel.row(TcpState.ESTABLISHED, 40_008, 0);
        expected.add(0, named(Checkout.call(() -> connect(6, 40_006))));
        kernel.row(TcpState.TIME_WAIT, 40_006, 0);
        expected.add(0, named(Checkout.call(() -> connect(5, 40_005))));
        kernel.row(TcpState.CLOSE_WAIT, 40_005, 0);
        assertThat(expected).doesNotHaveDuplicates();
        assertThat(sampler.sample().codePaths())
                .extracting(CodePathStats::id)
                .map(id -> "" + id)
                .isEqualTo(expected);
    }

    private String named(int number) {
        Connection connection = tracker.table().get(number);
        if (connection == null) {
            throw new AssertionError("nothing at " + number);
        }
        return "" + connection.opener.id();
    }

    @Test
    void destinationsThatHurtMostComeFirst() throws Exception {
        for (int port : new int[] {1, 2, 3, 4}) {
            FileDescriptor fd = new FileDescriptor();
            tracker.opened(fd, port, false);
            tracker.connecting(fd, port, PEER, port);
            tracker.localAddress(fd, port, OWN, 40_000 + port);
            open.put(port, fd);
        }
        kernel.row(TcpState.TIME_WAIT, 40_002, 0, 2);
        kernel.row(TcpState.CLOSE_WAIT, 40_003, 0, 3);
        close(1);
        release(1);
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.destinations())
                .extracting(DestinationStats::name)
                .containsExactly("10.0.0.5:3", "10.0.0.5:2", "10.0.0.5:4", "10.0.0.5:1");
    }

    @Test
    void theOldestInCloseWaitIsTimed() throws Exception {
        open(5, 40_000, 123);
        kernel.row(TcpState.CLOSE_WAIT, 40_000, 123);
        assertThat(opener(sampler.sample()).oldestCloseWait()).isZero();
        Snapshot second = await().until(sampler::sample, s -> s.interval().compareTo(Duration.ofNanos(1)) > 0);
        Duration oldest = opener(second).oldestCloseWait();
        assertThat(oldest).isPositive().isGreaterThanOrEqualTo(second.interval());

        open(6, 40_001, 124);
        kernel.row(TcpState.CLOSE_WAIT, 40_001, 124);
        assertThat(opener(sampler.sample()).oldestCloseWait()).isGreaterThan(oldest);

        kernel.rows.clear();
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        assertThat(opener(sampler.sample()).oldestCloseWait()).isZero();
        kernel.rows.clear();
        kernel.row(TcpState.CLOSE_WAIT, 40_000, 123);
        assertThat(opener(sampler.sample()).oldestCloseWait())
                .as("counted anew")
                .isZero();
    }

    @Test
    void aChannelThatWasLostIsLeaked() throws Exception {
        open(5, 40_000, 123);
        assertThat(sampler.sample().jvm().leaked()).isZero();
        Connection connection = tracker.table().get(5);
        assertThat(connection).isNotNull();
        open.clear();
        await().until(() -> {
            System.gc();
            return sampler.sample().jvm().leaked() == 1;
        });
    }

    @Test
    void listenersAreNoConnections() throws Exception {
        FileDescriptor fd = new FileDescriptor();
        Checkout.call(Executors.callable(() -> tracker.opened(fd, 3, true)));
        link(3, "socket:[77]");
        kernel.rows.add(row -> {
            fill(row, TcpState.LISTEN, Endpoint.of(OWN, 8080), Endpoint.UNSPECIFIED, 77);
            row.receiveQueue = 4;
            row.backlog = 50;
        });
        kernel.rows.add(row -> fill(row, TcpState.LISTEN, Endpoint.of(OWN, 22), Endpoint.UNSPECIFIED, 78));
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.jvm().listeners()).isEqualTo(1);
        assertThat(snapshot.jvm().live()).isZero();
        assertThat(counts(snapshot.jvm().states())).isEqualTo("LISTEN 1");
        assertThat(snapshot.listeners()).singleElement().satisfies(listener -> {
            assertThat(listener.name()).isEqualTo("10.0.0.1:8080");
            assertThat(listener.queue()).isEqualTo(4);
            assertThat(listener.backlog()).isEqualTo(50);
            assertThat(listener.codePath()).startsWith("com.example.Checkout");
        });
        assertThat(snapshot.coverage()).isEqualTo(new Coverage(1, 1, 0));
    }

    @Test
    void whatWaitsToBeAcceptedIsTheListeners() throws Exception {
        listen(3, 77);
        listener(Endpoint.of(OWN, 8080), 77);
        listener(Endpoint.of(OWN, 22), 78);
        for (int port : new int[] {8080, 22}) {
            incoming(TcpState.ESTABLISHED, port, 0);
            incoming(TcpState.CLOSE_WAIT, port, 0);
            incoming(TcpState.SYN_RECV, port, 0);
            incoming(TcpState.TIME_WAIT, port, 0);
            incoming(TcpState.FIN_WAIT2, port, 0);
            incoming(TcpState.CLOSE_WAIT, port, 99);
        }
        Snapshot snapshot = sampler.sample();
        assertThat(counts(opener(snapshot).states())).isEqualTo("ESTABLISHED 1 SYN_RECV 1 CLOSE_WAIT 1 LISTEN 1");
        assertThat(counts(snapshot.jvm().states())).isEqualTo("ESTABLISHED 1 SYN_RECV 1 CLOSE_WAIT 1 LISTEN 1");
        assertThat(snapshot.jvm().closeWaitOthers()).isEqualTo(3);
        assertThat(snapshot.jvm().timeWaitOthers()).isEqualTo(2);
        assertThat(counts(snapshot.sockets()))
                .isEqualTo("ESTABLISHED 2 SYN_RECV 2 FIN_WAIT2 2 TIME_WAIT 2 CLOSE_WAIT 4 LISTEN 2");
        assertThat(snapshot.jvm().live()).isZero();
        assertThat(snapshot.coverage()).isEqualTo(new Coverage(1, 1, 0));
    }

    @Test
    void aListenerAtAnyAddressAcceptsForAll() throws Exception {
        for (String any : List.of("0.0.0.0", "::")) {
            kernel.rows.clear();
            listen(3, 77);
            listener(Endpoint.of(InetAddress.getByName(any), 8080), 77);
            incoming(TcpState.CLOSE_WAIT, 8080, 0);
            incoming(TcpState.CLOSE_WAIT, 8081, 0);
            Snapshot snapshot = sampler.sample();
            assertThat(opener(snapshot).states().of(TcpState.CLOSE_WAIT))
                    .as(any)
                    .isEqualTo(1);
            assertThat(snapshot.jvm().closeWaitOthers()).as(any).isEqualTo(1);
            release(3);
        }
    }

    @Test
    void whereOthersListenTooNobodyKnowsWhoseItIs() throws Exception {
        for (List<Integer> inodes : List.of(List.of(77, 78), List.of(78, 77))) {
            kernel.rows.clear();
            listen(3, 77);
            inodes.forEach(inode -> listener(Endpoint.of(OWN, 8080), inode));
            incoming(TcpState.CLOSE_WAIT, 8080, 0);
            assertThat(sampler.sample().jvm().closeWaitOthers()).isEqualTo(1);
            release(3);
        }
    }

    @Test
    void aListenerFromBeforeTheAgentHasAnAcceptQueueToo() throws Exception {
        link(3, "socket:[77]");
        listener(Endpoint.of(OWN, 8080), 77);
        incoming(TcpState.CLOSE_WAIT, 8080, 0);
        Snapshot snapshot = sampler.sample();
        assertThat(counts(path(snapshot, "(opened before the agent)").states())).isEqualTo("CLOSE_WAIT 1 LISTEN 1");
        assertThat(snapshot.jvm().closeWaitOthers()).isZero();
        assertThat(snapshot.coverage()).isEqualTo(new Coverage(1, 0, 0));
    }

    @Test
    void whatWasAcceptedWhileTheKernelIsReadIsLive() throws Exception {
        listen(3, 77);
        listener(Endpoint.of(OWN, 8080), 77);
        incoming(TcpState.CLOSE_WAIT, 8080, 0);
        kernel.whileRead = () -> sneaky(() -> Catalogue.call(() -> {
            FileDescriptor fd = fd(6);
            tracker.accepted(fd, 6, PEER, CLIENT_PORT);
            tracker.localAddress(fd, 6, OWN, 8080);
            return 6;
        }));
        Snapshot snapshot = sampler.sample();
        assertThat(path(snapshot, "com.example.Catalogue").states().of(TcpState.CLOSE_WAIT))
                .isEqualTo(1);
        assertThat(counts(opener(snapshot).states())).isEqualTo("LISTEN 1");
    }

    private void listen(int number, long inode) {
        sneaky(() -> Checkout.call(Executors.callable(() -> tracker.opened(fd(number), number, true))));
        link(number, "socket:[" + inode + "]");
    }

    private void listener(Endpoint at, long inode) {
        kernel.rows.add(row -> fill(row, TcpState.LISTEN, at, Endpoint.UNSPECIFIED, inode));
    }

    private void incoming(TcpState state, int port, long inode) {
        kernel.rows.add(row -> fill(row, state, Endpoint.of(OWN, port), Endpoint.of(PEER, CLIENT_PORT), inode));
    }

    /** 71 connections were there before the agent; some are closed by the JDK, one by native code. */
    @Test
    void whatWasOpenBeforeCountsAsOpenAndItsCloseAsAClose() throws Exception {
        for (int i = 0; i < 71; i++) {
            link(100 + i, "socket:[" + (1000 + i) + "]");
            kernel.row(TcpState.ESTABLISHED, 41_000 + i, 1000 + i);
        }
        assertEquation(71, 0, 71);
        open(5, 40_000, 123);
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        assertEquation(71, 0, 72);

        FileDescriptor fd = fd(100);
        assertThat(tracker.closing(fd, 100)).isTrue();
        tracker.adopt(fd, 100, OWN, 41_000, PEER, PEER_PORT);
        tracker.closing(fd, 100);
        assertEquation(71, 0, 72);
        release(100);
        assertEquation(71, 1, 71);

        Files.delete(folder.resolve("fd/101"));
        assertEquation(71, 2, 70);
        close(5);
        release(5);
        assertEquation(71, 3, 69);
    }

    private void assertEquation(long preexisting, long closed, long live) {
        JvmStats jvm = sampler.sample().jvm();
        assertThat(jvm.preexisting()).isEqualTo(preexisting);
        assertThat(jvm.closed()).isEqualTo(closed);
        assertThat(jvm.live())
                .isEqualTo(live)
                .isEqualTo(jvm.opened() + jvm.accepted() + jvm.preexisting() - jvm.closed());
    }

    /** 243 descriptors, of which the kernel lists 75: closed, but still registered with a selector. */
    @Test
    void aDescriptorWithoutASocketInAnyStateIsNotCovered() throws Exception {
        for (int i = 0; i < 4; i++) {
            open(5 + i, 40_000 + i, 123 + i);
        }
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.coverage()).isEqualTo(new Coverage(4, 1, 3));
        assertThat(snapshot.coverage().percent()).isEqualTo(25);
        assertThat(snapshot.coverage().unseen()).isZero();
    }

    /** It is met as an open one, and once more as a closed one. */
    @Test
    void whatIsRetransmittedWhileAConnectionIsClosedCountsOnce() throws Exception {
        hostRetransmitted(7);
        open(5, 40_000, 123);
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        sampler.sample();
        kernel.sent = 10;
        kernel.retransmitted = 3;
        kernel.whileRead = () -> {
            close(5);
            release(5);
        };
        hostRetransmitted(10);
        sampler.sample();
        kernel.whileRead = () -> {};
        kernel.rows.clear();
        kernel.row(TcpState.FIN_WAIT1, 40_000, 123);
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.retransmissions()).isEqualTo(new Retransmissions(3, 3, 0));
        kernel.retransmitted = 5;
        hostRetransmitted(12);
        snapshot = sampler.sample();
        assertThat(snapshot.retransmissions()).isEqualTo(new Retransmissions(5, 5, 0));
        assertThat(traffic(snapshot).segmentsSent())
                .isGreaterThanOrEqualTo(traffic(snapshot).segmentsRetransmitted());
    }

    /** Our connections had retransmitted before the kernel's count was read first, which was noticed only afterwards. */
    @Test
    void theRemainderIsNeverNegative() throws Exception {
        hostRetransmitted(7);
        open(5, 40_000, 123);
        sampler.sample();
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        kernel.retransmitted = 5;
        Snapshot snapshot = sampler.sample();
        assertThat(snapshot.retransmissions()).isEqualTo(new Retransmissions(5, 5, 0));
        assertThat(traffic(snapshot).segmentsSent()).isEqualTo(6);
        hostRetransmitted(9);
        assertThat(sampler.sample().retransmissions()).isEqualTo(new Retransmissions(7, 5, 2));
    }

    /** The database's connections come after a scan of more ports than there are rows. */
    @Test
    void aPortScanDoesNotHideWhatComesAfterIt() throws Exception {
        ConnectionTracker scanned = new ConnectionTracker(100, 3, List.of("com.example."), 1000, 4096, of -> null);
        Sampler reading =
                new Sampler(scanned, new HostReader(folder, folder, System::nanoTime), kernel, new SocketFds(folder));
        for (int port = 1; port <= 1100; port++) {
            FileDescriptor fd = new FileDescriptor();
            scanned.opened(fd, 5, false);
            scanned.connecting(fd, 5, PEER, port);
            scanned.connectFailed(fd, 5, new java.net.ConnectException("Connection refused"));
            scanned.closing(fd, 5);
            scanned.released(fd, 5);
        }
        await().untilAsserted(() -> {
            List<String> missing = reading.sample().missing();
            assertThat(missing)
                    .anyMatch(line -> line.contains("idle destinations were dropped to make room for others"));
        });
        List<FileDescriptor> kept = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            FileDescriptor fd = new FileDescriptor();
            kept.add(fd);
            scanned.opened(fd, 10 + i, false);
            scanned.connecting(fd, 10 + i, PEER, PEER_PORT);
            scanned.localAddress(fd, 10 + i, OWN, 40_000 + i);
            link(10 + i, "socket:[" + (5000 + i) + "]");
            kernel.row(TcpState.CLOSE_WAIT, 40_000 + i, 5000 + i);
        }
        Snapshot snapshot = reading.sample();
        assertThat(snapshot.destinations().get(0).name()).isEqualTo("10.0.0.5:5432");
        assertThat(snapshot.destinations().get(0).states().of(TcpState.CLOSE_WAIT))
                .isEqualTo(40);
        assertThat(snapshot.destinations().stream()
                        .mapToLong(DestinationStats::total)
                        .sum())
                .isEqualTo(1140);
        assertThat(snapshot.destinations().stream()
                        .mapToLong(to -> to.outcomes().connects().refused())
                        .sum())
                .isEqualTo(1100);
        assertThat(kept).hasSize(40);
    }

    @Test
    void theFirstSnapshotHasNoRates() throws Exception {
        open(5, 40_000, 123);
        Snapshot first = sampler.sample();
        assertThat(first.interval()).isZero();
        assertThat(first.jvm().opensPerSecond()).isNaN();
        assertThat(first.jvm().closesPerSecond()).isNaN();
        open(6, 40_001, 124);
        open(7, 40_002, 125);
        close(7);
        release(7);
        Snapshot second = sampler.sample();
        double seconds = second.interval().toNanos() / 1e9;
        assertThat(second.jvm().opensPerSecond()).isEqualTo(2 / seconds);
        assertThat(second.jvm().closesPerSecond()).isEqualTo(1 / seconds);
        assertThat(second.at()).isAfterOrEqualTo(first.at());
    }

    @Test
    void amongFewSocketsTheTotalsAreReadEveryTime() throws Exception {
        quiet();
        open(5, 40_000, 123);
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        others(TrafficSchedule.MANY - 1);
        for (int port = 1; port <= 100; port++) {
            kernel.row(TcpState.TIME_WAIT, port, 0); // which has none
        }
        for (int i = 1; i < 3 * TrafficSchedule.EVERY; i++) {
            kernel.sent = 10 * i;
            Snapshot snapshot = sampler.sample();
            assertThat(kernel.asked).isTrue();
            assertThat(snapshot.trafficAge()).isZero();
            assertThat(traffic(snapshot).segmentsSent()).isEqualTo(10L * i);
        }
    }

    @Test
    void amongManySocketsTheTotalsAreReadNowAndThen() throws Exception {
        manySockets();
        for (int round = 1; round < 4; round++) {
            kernel.sent = 100 * round;
            for (int i = 1; i < TrafficSchedule.EVERY; i++) {
                nanos += 5_000_000_000L;
                Snapshot snapshot = sampler.sample();
                assertThat(kernel.asked).isFalse();
                assertThat(snapshot.trafficAge()).isEqualTo(Duration.ofSeconds(5L * i));
                assertThat(traffic(snapshot).segmentsSent()).isEqualTo(100L * (round - 1));
                assertThat(counts(opener(snapshot).states())).isEqualTo("ESTABLISHED 1");
            }
            nanos += 5_000_000_000L;
            Snapshot snapshot = sampler.sample();
            assertThat(kernel.asked).isTrue();
            assertThat(snapshot.trafficAge()).isZero();
            assertThat(traffic(snapshot).segmentsSent()).isEqualTo(100L * round);
        }
    }

    @Test
    void amongManySocketsRetransmissionsAreExactInEverySample() throws Exception {
        manySockets();
        sampler.sample();
        assertThat(kernel.asked).isFalse();
        kernel.sent = 500;
        for (int again = 1; again < 20; again++) {
            kernel.retransmitted = again;
            hostRetransmitted(7 + again);
            Snapshot snapshot = sampler.sample();
            assertThat(kernel.asked).isTrue();
            assertThat(snapshot.retransmissions()).isEqualTo(new Retransmissions(again, again, 0));
            assertThat(traffic(snapshot).segmentsSent()).isEqualTo(500);
        }
        nanos += 59_000_000_000L;
        sampler.sample();
        assertThat(kernel.asked).as("for a while after").isTrue();
        nanos += 2_000_000_000L;
        sampler.sample();
        assertThat(kernel.asked).as("the first after it").isTrue();
        sampler.sample();
        assertThat(kernel.asked).isFalse();
    }

    /** It comes after the kernel's count was asked and before its socket is: then it may be seen, or not. */
    @Test
    void whatIsRetransmittedDuringTheReadingIsCountedInTheNextSample() throws Exception {
        manySockets();
        for (int i = 1; i < TrafficSchedule.EVERY; i++) {
            sampler.sample();
        }
        kernel.whileRead = () -> {
            kernel.retransmitted = 1;
            sneaky(() -> hostRetransmitted(8));
        };
        assertThat(sampler.sample().retransmissions()).isEqualTo(new Retransmissions(1, 0, 1));
        assertThat(kernel.asked).isTrue();
        kernel.whileRead = () -> {};
        assertThat(sampler.sample().retransmissions()).isEqualTo(new Retransmissions(1, 1, 0));
    }

    @Test
    void totalsThatCouldNotBeReadAreDueStill() throws Exception {
        manySockets();
        for (int i = 1; i < TrafficSchedule.EVERY; i++) {
            sampler.sample();
        }
        kernel.failure = new IOException("sock_diag: answer: EPERM");
        nanos += 5_000_000_000L;
        assertThat(sampler.sample().trafficAge()).isEqualTo(Duration.ofSeconds(5));
        kernel.failure = null;
        kernel.sent = 100;
        Snapshot snapshot = sampler.sample();
        assertThat(kernel.asked).isTrue();
        assertThat(traffic(snapshot).segmentsSent()).isEqualTo(100);
    }

    @Test
    void whereRetransmissionsAreNotKnownTheTotalsAreReadEveryTime() throws Exception {
        manySockets();
        Files.delete(folder.resolve("net/snmp"));
        for (int i = 0; i < 3; i++) {
            sampler.sample();
            assertThat(kernel.asked).isTrue();
        }
    }

    @Test
    void retransmissionsAreExpectedUntilManyConnectionsHaveHadNone() throws Exception {
        HostReader host = new HostReader(folder, folder, () -> nanos);
        sampler = new Sampler(tracker, host, kernel, new SocketFds(folder), null, () -> nanos);
        hostRetransmitted(7);
        sampler.sample();
        end(LossWindow.LOSSLESS_ENDS - 1);
        sampler.sample();
        assertThat(sampler.lossy()).isTrue();
        end(1);
        sampler.sample();
        assertThat(sampler.lossy()).isFalse();

        hostRetransmitted(8);
        sampler.sample();
        assertThat(sampler.lossy()).isTrue();
        end(LossWindow.LOSSLESS_ENDS);
        hostRetransmitted(9);
        sampler.sample();
        assertThat(sampler.lossy()).as("one of them has had").isTrue();
        end(LossWindow.LOSSLESS_ENDS);
        sampler.sample();
        assertThat(sampler.lossy()).isFalse();
    }

    private void end(long connections) {
        for (long i = 0; i < connections; i++) {
            open(5, 40_000, 0);
            close(5);
            release(5);
        }
    }

    /** One of ours among many, and nothing was retransmitted for a while; the totals have just been read. */
    private void manySockets() throws IOException {
        quiet();
        open(5, 40_000, 123);
        kernel.row(TcpState.ESTABLISHED, 40_000, 123);
        others(TrafficSchedule.MANY);
        sampler.sample();
        sampler.sample();
        assertThat(kernel.asked).isTrue();
    }

    /** Nothing is retransmitted until the test says so. */
    private void quiet() throws IOException {
        HostReader host = new HostReader(folder, folder, () -> nanos);
        sampler = new Sampler(tracker, host, kernel, new SocketFds(folder), null, () -> nanos);
        nanos += 61_000_000_000L;
        hostRetransmitted(7);
    }

    private void others(int count) {
        for (int i = 0; i < count; i++) {
            kernel.row(TcpState.ESTABLISHED, 1 + i, 1_000_000 + i, 443);
        }
    }

    private Path hostRetransmitted(long segments) throws IOException {
        Files.createDirectories(folder.resolve("net"));
        return Files.writeString(folder.resolve("net/snmp"), "Tcp: RetransSegs\nTcp: " + segments + "\n");
    }

    private static Outcomes.Traffic traffic(Snapshot snapshot) {
        return opener(snapshot).outcomes().traffic();
    }

    /** After a reset a socket that never got connected may be all there is of a code path. */
    @Test
    void aPathWithNothingButFailuresIsShown() throws Exception {
        Checkout.call(Executors.callable(() -> tracker.opened(fd(5), 5, false)));
        tracker.reset();
        close(5);
        release(5);
        assertThat(opener(sampler.sample()).failed()).isEqualTo(1);
    }

    private void open(int number, int port, long inode) {
        sneaky(() -> Checkout.call(() -> connect(number, port)));
        if (inode != 0) {
            link(number, "socket:[" + inode + "]");
        }
    }

    private int connect(int number, int port) {
        FileDescriptor fd = fd(number);
        tracker.opened(fd, number, false);
        tracker.connecting(fd, number, PEER, PEER_PORT);
        tracker.localAddress(fd, number, OWN, port);
        return number;
    }

    private FileDescriptor fd(int number) {
        FileDescriptor fd = new FileDescriptor();
        open.put(number, fd);
        return fd;
    }

    private void close(int number) {
        sneaky(() -> Catalogue.call(() -> tracker.closing(of(number), number)));
    }

    private void release(int number) {
        tracker.released(of(number), number);
        sneaky(() -> Files.deleteIfExists(folder.resolve("fd").resolve(Integer.toString(number))));
    }

    private FileDescriptor of(int number) {
        FileDescriptor fd = open.get(number);
        if (fd == null) {
            throw new AssertionError(number + " is not open");
        }
        return fd;
    }

    private void link(int number, String target) {
        sneaky(() -> Files.createSymbolicLink(folder.resolve("fd").resolve(Integer.toString(number)), Path.of(target)));
    }

    private static void sneaky(Callable<?> task) {
        try {
            task.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static CodePathStats opener(Snapshot snapshot) {
        return path(snapshot, "com.example.Checkout");
    }

    private static CodePathStats path(Snapshot snapshot, String name) {
        return snapshot.codePaths().stream()
                .filter(path -> path.name().startsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(snapshot.codePaths()));
    }

    private static String counts(StateCounts counts) {
        StringBuilder text = new StringBuilder();
        for (TcpState state : TcpState.values()) {
            if (counts.of(state) != 0) {
                text.append(text.isEmpty() ? "" : " ").append(state).append(' ').append(counts.of(state));
            }
        }
        return text.toString();
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fill(SocketRow row, TcpState state, Endpoint local, Endpoint remote, long inode) {
        row.state = state;
        row.localHi = local.hi();
        row.localLo = local.lo();
        row.localPort = local.port();
        row.remoteHi = remote.hi();
        row.remoteLo = remote.lo();
        row.remotePort = remote.port();
        row.inode = inode;
    }

    /** Shows the rows it was given, and lets something happen before each that is not the first. */
    private static final class Kernel implements SocketSource {

        final List<Consumer<SocketRow>> rows = new ArrayList<>();
        final SocketRow row = new SocketRow();
        Runnable whileRead = () -> {};
        int garbled;
        boolean twice;

        /** Whether TCP_INFO was asked for; the totals that the row with the inode 123 then has. */
        boolean asked;

        int sent;
        int retransmitted;

        @Nullable
        IOException failure;

        void row(TcpState state, int localPort, long inode) {
            row(state, localPort, inode, PEER_PORT);
        }

        void row(TcpState state, int localPort, long inode, int remotePort) {
            rows.add(to -> fill(to, state, Endpoint.of(OWN, localPort), Endpoint.of(PEER, remotePort), inode));
        }

        @Override
        public int forEach(int states, boolean tcpInfo, Consumer<SocketRow> visitor, @Nullable Runnable again)
                throws IOException {
            asked = tcpInfo;
            show(visitor);
            if (twice && again != null) {
                again.run();
                show(visitor);
            }
            whileRead.run();
            if (failure != null) {
                throw failure;
            }
            return garbled;
        }

        private void show(Consumer<SocketRow> visitor) {
            for (Consumer<SocketRow> each : rows) {
                Totals.clear(row);
                each.accept(row);
                if (asked && row.inode == 123) {
                    Totals.fill(row, retransmitted, sent);
                }
                visitor.accept(row);
            }
        }
    }
}
