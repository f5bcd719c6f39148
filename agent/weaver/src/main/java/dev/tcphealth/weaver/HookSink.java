package dev.tcphealth.weaver;

import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.connection.HookClock;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import sun.nio.ch.TcpHealthHook;

/** Hands the hook's events on to the tracker. Public for the benchmarks alone. */
public final class HookSink extends TcpHealthHook {

    /** A power of two. Threads that share a place cost each other a system call now and then. */
    private static final int EARLY_PLACES = 256;

    /** So that no two share a cache line. */
    private static final int EARLY_SPACING = 16;

    private final ConnectionTracker tracker;
    private final HookClock clock;

    /** By thread: what was told of a socket before it was known, as {@code NioSocketImpl.accept} does. */
    private final AtomicReferenceArray<@Nullable LocalAddress> early =
            new AtomicReferenceArray<>(EARLY_PLACES * EARLY_SPACING);

    private record LocalAddress(FileDescriptor fd, InetAddress address, int port) {}

    public HookSink(ConnectionTracker tracker) {
        this.tracker = tracker;
        this.clock = tracker.clock();
    }

    /** From now on the hook's events come here. */
    public void listen() {
        missed = false;
        sink = this;
    }

    /** From now on the hook does nothing. */
    public static void silence() {
        sink = null;
    }

    /** {@link dev.tcphealth.connection.CodePaths.BacktraceReader}, which only a class of java.base can be. */
    public static @Nullable Object readBacktrace(Throwable of) {
        return backtrace(of);
    }

    /** Bytes the application has not read; 0 where the kernel does not say. */
    public static int unreadBytes(FileDescriptor fd) {
        try {
            return unreadBytesOf(fd);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether an error waits that the application has not read; false where the kernel does not say. */
    public static boolean hasError(FileDescriptor fd) {
        try {
            return hasErrorOf(fd);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    protected void onOpened(FileDescriptor fd, int number, boolean listener) {
        long begin = clock.begin();
        tracker.opened(fd, number, listener);
        clock.end(begin);
    }

    @Override
    protected void onAccepted(FileDescriptor fd, int number, InetAddress peer, int peerPort, boolean localAddressTold) {
        long begin = clock.begin();
        tracker.accepted(fd, number, peer, peerPort);
        if (localAddressTold) {
            LocalAddress told = early.getAndSet(place(), null);
            if (told != null && told.fd.equals(fd)) {
                tracker.localAddress(fd, number, told.address, told.port);
            } else {
                askLocalAddress(fd);
            }
        }
        clock.end(begin);
    }

    @Override
    protected void onConnecting(FileDescriptor fd, int number, InetAddress peer, int peerPort) {
        long begin = clock.begin();
        tracker.connecting(fd, number, peer, peerPort);
        clock.end(begin);
    }

    @Override
    protected void onLocalAddress(FileDescriptor fd, int number, InetAddress local, int localPort) {
        long begin = clock.begin();
        if (tracker.peerInDoubt(fd, number, false)) {
            askPeer(fd, number);
        }
        if (!tracker.localAddress(fd, number, local, localPort)) {
            early.setRelease(place(), new LocalAddress(fd, local, localPort));
        }
        clock.end(begin);
    }

    /** Not by the thread's id: an application may override {@code Thread.getId}, and what it does there is unknown. */
    private static int place() {
        return (System.identityHashCode(Thread.currentThread()) & (EARLY_PLACES - 1)) * EARLY_SPACING;
    }

    @Override
    protected void onConnectFailed(FileDescriptor fd, int number, Throwable thrown) {
        long begin = clock.begin();
        tracker.connectFailed(fd, number, thrown);
        clock.end(begin);
    }

    @Override
    protected void onLinger(FileDescriptor fd, int number, boolean zero) {
        long begin = clock.begin();
        tracker.linger(fd, number, zero);
        clock.end(begin);
    }

    @Override
    protected void onShutdownOutput(FileDescriptor fd, int number) {
        long begin = clock.begin();
        tracker.shutdownOutput(fd, number);
        clock.end(begin);
    }

    @Override
    protected void onClosed(FileDescriptor fd, int number) {
        long begin = clock.begin();
        tracker.closed(fd, number);
        clock.end(begin);
    }

    @Override
    protected void onClosing(FileDescriptor fd, int number, Object socket) {
        long begin = clock.begin();
        if (tracker.peerInDoubt(fd, number, true) && askPeer(fd, number)) {
            askLocalAddress(fd);
        }
        if (tracker.halfClosed(fd, number) && resetWasRead(socket)) {
            tracker.resetWasRead(fd, number);
        }
        if (tracker.closing(fd, number)) {
            adopt(fd, number, socket);
            tracker.closing(fd, number);
        }
        clock.end(begin);
    }

    @Override
    protected void onReleased(FileDescriptor fd, int number) {
        long begin = clock.begin();
        if (tracker.released(fd, number)) {
            adopt(fd, number, null);
            tracker.released(fd, number);
        }
        clock.end(begin);
    }

    /** False if there is no peer: the connection was not made. */
    private boolean askPeer(FileDescriptor fd, int number) {
        try {
            InetSocketAddress peer = remoteAddressOf(fd);
            tracker.connecting(fd, number, peer.getAddress(), peer.getPort());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The answer comes by {@link #onLocalAddress}. */
    private static void askLocalAddress(FileDescriptor fd) {
        try {
            localAddressOf(fd);
        } catch (IOException e) {
            // Then it remains not connected.
        }
    }

    private void adopt(FileDescriptor fd, int number, @Nullable Object socket) {
        try {
            InetSocketAddress peer = isTcp(fd) ? peerOf(fd, socket) : null;
            if (peer != null) {
                InetSocketAddress local = localAddressOf(fd);
                tracker.adopt(fd, number, local.getAddress(), local.getPort(), peer.getAddress(), peer.getPort());
            }
        } catch (IOException e) {
            // It is not connected, so nothing of it stays in the kernel.
        }
    }

    /** The kernel forgets the peer of a socket whose TIME_WAIT has begun, as it does when half-closed; the JDK does not. */
    private static @Nullable InetSocketAddress peerOf(FileDescriptor fd, @Nullable Object socket) throws IOException {
        try {
            return remoteAddressOf(fd);
        } catch (IOException e) {
            if (socket == null) {
                throw e;
            }
            return rememberedPeerOf(socket);
        }
    }
}
