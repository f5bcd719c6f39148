package sun.nio.ch;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.concurrent.atomic.AtomicLong;
import jdk.internal.misc.Unsafe;

/**
 * The one class that woven JDK code calls. It lives in java.base, next to what it looks into, and knows nothing of the
 * agent but that somebody may have extended it and set itself as the {@link #sink}. No sink, no work.
 *
 * <p>Its static methods run on the application's threads, inside the JDK's socket code and sometimes under its locks:
 * nothing is thrown out of them, whatever the sink does. What the sink throws is counted in {@link #SWALLOWED}.
 *
 * <p>The class cannot be unloaded. A detached agent leaves it behind without a sink, and the next one finds it here.
 */
public abstract class TcpHealthHook {

    /** Who is told; null while no agent runs. */
    public static volatile TcpHealthHook sink;

    /** Errors that a sink threw and nobody saw. */
    public static final AtomicLong SWALLOWED = new AtomicLong();

    /**
     * Set by woven code where a call of this class ended with an exception all the same: there was not stack enough to
     * enter it, or to count what it threw.
     */
    public static volatile boolean missed;

    /*
     * NioSocketImpl.accept leaves the new descriptor and its peer in fields of java.net.SocketImpl, which are
     * protected, so neither this class nor inlined advice can name them. Offsets cost nothing at run time, where asking
     * the kernel again (getpeername) would cost a system call and three objects.
     */
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();
    private static final long SOCKET_IMPL_FD = UNSAFE.objectFieldOffset(SocketImpl.class, "fd");
    private static final long SOCKET_IMPL_ADDRESS = UNSAFE.objectFieldOffset(SocketImpl.class, "address");
    private static final long SOCKET_IMPL_PORT = UNSAFE.objectFieldOffset(SocketImpl.class, "port");
    /** What {@code IOUtil.fdVal} reads, which is a native method. */
    private static final long FD_NUMBER = UNSAFE.objectFieldOffset(FileDescriptor.class, "fd");

    private static final long THROWABLE_BACKTRACE = backtraceOffset();

    protected TcpHealthHook() {}

    // ---- what a sink does; the descriptor's number comes with its object, which is unique while the number is not

    /** A TCP socket was created by the code on this thread's stack. */
    protected abstract void onOpened(FileDescriptor fd, int number, boolean listener);

    /**
     * A connection was accepted by the code on this thread's stack.
     *
     * @param localAddressTold whether {@link #onLocalAddress} was called before; otherwise it is called next
     */
    protected abstract void onAccepted(
            FileDescriptor fd, int number, InetAddress peer, int peerPort, boolean localAddressTold);

    /** A connection attempt begins. */
    protected abstract void onConnecting(FileDescriptor fd, int number, InetAddress peer, int peerPort);

    /** The JDK asked for the local address: the socket has just been bound, connected or accepted. */
    protected abstract void onLocalAddress(FileDescriptor fd, int number, InetAddress local, int localPort);

    /** An attempt to connect has failed with this; the socket is still open. */
    protected abstract void onConnectFailed(FileDescriptor fd, int number, Throwable thrown);

    /** SO_LINGER was set. */
    protected abstract void onLinger(FileDescriptor fd, int number, boolean zero);

    /** The application shuts the socket down for output; the kernel has not been told yet. */
    protected abstract void onShutdownOutput(FileDescriptor fd, int number);

    /** The application closes the socket; the kernel has not been told yet. Comes at most once from each closer. */
    protected abstract void onClosing(FileDescriptor fd, int number, Object socket);

    /** The method that closes has returned; the descriptor may be released or not. */
    protected abstract void onClosed(FileDescriptor fd, int number);

    /** The descriptor is about to be given back to the kernel. */
    protected abstract void onReleased(FileDescriptor fd, int number);

    // ---- what a sink may ask

    /** The kernel's word on a socket's own address (getsockname). */
    protected static InetSocketAddress localAddressOf(FileDescriptor fd) throws IOException {
        return Net.localAddress(fd);
    }

    /** The kernel's word on a socket's peer (getpeername); an exception where there is none. */
    protected static InetSocketAddress remoteAddressOf(FileDescriptor fd) throws IOException {
        return Net.remoteAddress(fd);
    }

    /** Bytes the application has not read (FIONREAD). */
    protected static int unreadBytesOf(FileDescriptor fd) throws IOException {
        return Net.available(fd);
    }

    /** Whether an error waits that the application has not been told yet; it is left there (POLLERR). */
    protected static boolean hasErrorOf(FileDescriptor fd) throws IOException {
        return (Net.poll(fd, 0, 0) & Net.POLLERR) != 0;
    }

    /** Whether a read has told the application of a reset, which the kernel forgets then; asynchronous channels do too. */
    protected static boolean resetWasRead(Object socket) {
        Class<?> type = socket instanceof SocketChannelImpl
                ? SocketChannelImpl.class
                : socket instanceof NioSocketImpl ? NioSocketImpl.class : null;
        try {
            return type != null && UNSAFE.getBoolean(socket, UNSAFE.objectFieldOffset(type, "connectionReset"));
        } catch (InternalError noSuchField) {
            return false;
        }
    }

    /** Whether it is a TCP socket, and none of the Unix domain and no datagram socket. */
    protected static boolean isTcp(FileDescriptor fd) {
        try {
            Net.getSocketOption(fd, Net.UNSPEC, StandardSocketOptions.TCP_NODELAY);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The peer as the JDK remembers it, given the object that comes with {@link #onClosing}; null if it has none. */
    protected static InetSocketAddress rememberedPeerOf(Object socket) {
        if (socket instanceof SocketChannelImpl channel) {
            return channel.remoteAddress() instanceof InetSocketAddress peer ? peer : null;
        }
        if (socket instanceof AsynchronousSocketChannelImpl channel) {
            return channel.remoteAddress;
        }
        if (socket instanceof SocketImpl impl) {
            InetAddress address = (InetAddress) UNSAFE.getReference(impl, SOCKET_IMPL_ADDRESS);
            int port = UNSAFE.getInt(impl, SOCKET_IMPL_PORT);
            return address == null || port == 0 ? null : new InetSocketAddress(address, port);
        }
        return null;
    }

    /** What HotSpot keeps of a stack in {@code Throwable.backtrace}, or null where there is no such field. */
    protected static Object backtrace(Throwable of) {
        return THROWABLE_BACKTRACE < 0 ? null : UNSAFE.getReference(of, THROWABLE_BACKTRACE);
    }

    private static long backtraceOffset() {
        try {
            return UNSAFE.objectFieldOffset(Throwable.class, "backtrace");
        } catch (InternalError noSuchField) {
            return -1;
        }
    }

    // ---- what woven code calls

    public static void opened(FileDescriptor fd, boolean listener) {
        TcpHealthHook to = sink;
        if (to != null) {
            try {
                to.onOpened(fd, number(fd), listener);
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    public static void accepted(FileDescriptor fd, SocketAddress peer) {
        TcpHealthHook to = sink;
        if (to != null && peer instanceof InetSocketAddress inet) {
            try {
                to.onAccepted(fd, number(fd), inet.getAddress(), inet.getPort(), false);
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    /** For {@code NioSocketImpl.accept}, which asks for the local address before anyone can know the descriptor. */
    public static void accepted(SocketImpl accepted) {
        TcpHealthHook to = sink;
        if (to != null) {
            try {
                FileDescriptor fd = (FileDescriptor) UNSAFE.getReference(accepted, SOCKET_IMPL_FD);
                InetAddress peer = (InetAddress) UNSAFE.getReference(accepted, SOCKET_IMPL_ADDRESS);
                to.onAccepted(fd, number(fd), peer, UNSAFE.getInt(accepted, SOCKET_IMPL_PORT), true);
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    public static void connecting(FileDescriptor fd, InetAddress peer, int peerPort) {
        TcpHealthHook to = sink;
        if (to != null) {
            try {
                to.onConnecting(fd, number(fd), peer, peerPort);
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    public static void connectFailed(FileDescriptor fd, Throwable thrown) {
        TcpHealthHook to = sink;
        if (to != null && thrown != null) {
            try {
                to.onConnectFailed(fd, number(fd), thrown);
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    public static void optionSet(FileDescriptor fd, SocketOption<?> name, Object value) {
        TcpHealthHook to = sink;
        if (to != null && StandardSocketOptions.SO_LINGER.equals(name) && value instanceof Integer seconds) {
            try {
                to.onLinger(fd, number(fd), seconds == 0);
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    public static void shutdownOutput(FileDescriptor fd) {
        TcpHealthHook to = sink;
        if (to != null && fd != null) {
            try {
                to.onShutdownOutput(fd, number(fd));
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    public static void localAddress(FileDescriptor fd, InetSocketAddress local) {
        TcpHealthHook to = sink;
        if (to != null && local != null) {
            try {
                to.onLocalAddress(fd, number(fd), local.getAddress(), local.getPort());
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    public static void closing(FileDescriptor fd, Object socket) {
        TcpHealthHook to = sink;
        if (to != null && fd != null) {
            try {
                to.onClosing(fd, number(fd), socket);
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    public static void closed(FileDescriptor fd) {
        TcpHealthHook to = sink;
        if (to != null && fd != null) {
            try {
                to.onClosed(fd, number(fd));
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    public static void released(FileDescriptor fd) {
        TcpHealthHook to = sink;
        if (to != null) {
            try {
                to.onReleased(fd, number(fd));
            } catch (Throwable t) {
                swallow();
            }
        }
    }

    private static int number(FileDescriptor fd) {
        return UNSAFE.getInt(fd, FD_NUMBER);
    }

    private static void swallow() {
        SWALLOWED.incrementAndGet();
    }
}
