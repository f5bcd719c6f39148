package dev.tcphealth.weaver;

import java.io.FileDescriptor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.net.SocketOption;
import net.bytebuddy.asm.Advice;
import sun.nio.ch.TcpHealthHook;

/**
 * The lines that are woven into the JDK. Each is one call of the hook; Byte Buddy copies their byte code, so these
 * classes are read and never run.
 */
final class SocketAdvice {

    private SocketAdvice() {}

    /** {@code FileDescriptor Net.socket(ProtocolFamily, boolean stream)} */
    static final class Opened {
        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(@Advice.Argument(1) boolean stream, @Advice.Return FileDescriptor fd) {
            if (stream) {
                TcpHealthHook.opened(fd, false);
            }
        }
    }

    /** {@code FileDescriptor Net.serverSocket(ProtocolFamily)}, on JDK 17 with a second parameter that is always true */
    static final class Listening {
        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(@Advice.Return FileDescriptor fd) {
            TcpHealthHook.opened(fd, true);
        }
    }

    /** {@code int Net.connect(ProtocolFamily, FileDescriptor, InetAddress, int)} */
    static final class Connecting {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.Argument(1) FileDescriptor fd,
                @Advice.Argument(2) InetAddress peer,
                @Advice.Argument(3) int peerPort) {
            TcpHealthHook.connecting(fd, peer, peerPort);
        }

        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.Argument(1) FileDescriptor fd, @Advice.Thrown Throwable thrown) {
            if (thrown != null) {
                TcpHealthHook.connectFailed(fd, thrown);
            }
        }
    }

    /** {@code boolean Net.pollConnectNow(FileDescriptor)}, {@code NioSocketImpl.timedFinishConnect(FileDescriptor, long)} */
    static final class ConnectFailing {
        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.Argument(0) FileDescriptor fd, @Advice.Thrown Throwable thrown) {
            if (thrown != null) {
                TcpHealthHook.connectFailed(fd, thrown);
            }
        }
    }

    /** {@code boolean SocketChannelImpl.finishTimedConnect(long)} */
    static final class ChannelConnectFailing {
        @Advice.OnMethodExit(onThrowable = Throwable.class, suppress = Throwable.class)
        static void exit(@Advice.FieldValue("fd") FileDescriptor fd, @Advice.Thrown Throwable thrown) {
            if (thrown != null) {
                TcpHealthHook.connectFailed(fd, thrown);
            }
        }
    }

    /** {@code void Net.setSocketOption(FileDescriptor, ProtocolFamily, SocketOption, Object)} */
    static final class OptionSet {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(
                @Advice.Argument(0) FileDescriptor fd,
                @Advice.Argument(2) SocketOption<?> name,
                @Advice.Argument(3) Object value) {
            TcpHealthHook.optionSet(fd, name, value);
        }
    }

    /** The methods that shut down for output, on entry, as afterwards the FIN is sent and perhaps acknowledged. */
    static final class ShutdownOutput {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd) {
            TcpHealthHook.shutdownOutput(fd);
        }
    }

    /**
     * {@code InetSocketAddress Net.localAddress(FileDescriptor)}: the JDK asks once a socket is bound, connected or
     * accepted, so the agent need not ask the kernel a second time.
     */
    static final class LocalAddress {
        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(@Advice.Argument(0) FileDescriptor fd, @Advice.Return InetSocketAddress local) {
            TcpHealthHook.localAddress(fd, local);
        }
    }

    /** {@code void NioSocketImpl.accept(SocketImpl)} */
    static final class AcceptedSocket {
        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(@Advice.Argument(0) SocketImpl accepted) {
            TcpHealthHook.accepted(accepted);
        }
    }

    /** {@code finishAccept(FileDescriptor, SocketAddress)} of the channels; the second is the peer. */
    static final class AcceptedChannel {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.Argument(0) FileDescriptor fd, @Advice.Argument(1) SocketAddress peer) {
            TcpHealthHook.accepted(fd, peer);
        }
    }

    /** The methods that close a socket or channel, on entry, as afterwards the FIN is sent; and when done. */
    static final class Closing {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.FieldValue("fd") FileDescriptor fd, @Advice.This Object socket) {
            TcpHealthHook.closing(fd, socket);
        }

        @Advice.OnMethodExit(suppress = Throwable.class)
        static void exit(@Advice.FieldValue("fd") FileDescriptor fd) {
            TcpHealthHook.closed(fd);
        }
    }

    /** {@code void close(FileDescriptor)} of the socket dispatcher */
    static final class Released {
        @Advice.OnMethodEnter(suppress = Throwable.class)
        static void enter(@Advice.Argument(0) FileDescriptor fd) {
            TcpHealthHook.released(fd);
        }
    }
}
