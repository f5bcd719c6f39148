package dev.tcphealth.weaver;

import static dev.tcphealth.weaver.HookCall.Value.ARGUMENT_0;
import static dev.tcphealth.weaver.HookCall.Value.ARGUMENT_1;
import static dev.tcphealth.weaver.HookCall.Value.ARGUMENT_2;
import static dev.tcphealth.weaver.HookCall.Value.ARGUMENT_3;
import static dev.tcphealth.weaver.HookCall.Value.FALSE;
import static dev.tcphealth.weaver.HookCall.Value.FD_FIELD;
import static dev.tcphealth.weaver.HookCall.Value.RETURNED;
import static dev.tcphealth.weaver.HookCall.Value.THIS;
import static dev.tcphealth.weaver.HookCall.Value.THROWN;
import static dev.tcphealth.weaver.HookCall.Value.TRUE;
import static dev.tcphealth.weaver.HookCall.onEntry;
import static dev.tcphealth.weaver.HookCall.onReturn;
import static dev.tcphealth.weaver.HookCall.onThrow;

import java.util.List;

/** What is woven into the JDK's methods: calls of the hook. */
enum SocketAdvice {
    /** {@code FileDescriptor Net.socket(ProtocolFamily, boolean stream)} */
    OPENED(onReturn("opened", "(Ljava/io/FileDescriptor;Z)V", RETURNED, FALSE).onlyIf(ARGUMENT_1)),

    /** {@code FileDescriptor Net.serverSocket(ProtocolFamily)}, on JDK 17 with a second parameter that is always true */
    LISTENING(onReturn("opened", "(Ljava/io/FileDescriptor;Z)V", RETURNED, TRUE)),

    /** {@code int Net.connect(ProtocolFamily, FileDescriptor, InetAddress, int)} */
    CONNECTING(
            onEntry(
                    "connecting",
                    "(Ljava/io/FileDescriptor;Ljava/net/InetAddress;I)V",
                    ARGUMENT_1,
                    ARGUMENT_2,
                    ARGUMENT_3),
            onThrow("connectFailed", "(Ljava/io/FileDescriptor;Ljava/lang/Throwable;)V", ARGUMENT_1, THROWN)),

    /** {@code boolean Net.pollConnectNow(FileDescriptor)}, {@code NioSocketImpl.timedFinishConnect(FileDescriptor, long)} */
    CONNECT_FAILING(onThrow("connectFailed", "(Ljava/io/FileDescriptor;Ljava/lang/Throwable;)V", ARGUMENT_0, THROWN)),

    /** {@code boolean SocketChannelImpl.finishTimedConnect(long)} */
    CHANNEL_CONNECT_FAILING(
            onThrow("connectFailed", "(Ljava/io/FileDescriptor;Ljava/lang/Throwable;)V", FD_FIELD, THROWN)),

    /** {@code void UnixAsynchronousSocketChannelImpl.finishConnect(boolean)}: see {@link CaughtFailure} */
    CAUGHT_FAILURE,

    /** {@code void Net.setSocketOption(FileDescriptor, ProtocolFamily, SocketOption, Object)} */
    OPTION_SET(onEntry(
            "optionSet",
            "(Ljava/io/FileDescriptor;Ljava/net/SocketOption;Ljava/lang/Object;)V",
            ARGUMENT_0,
            ARGUMENT_2,
            ARGUMENT_3)),

    /** The methods that shut down for output, on entry, as afterwards the FIN is sent and perhaps acknowledged. */
    SHUTDOWN_OUTPUT(onEntry("shutdownOutput", "(Ljava/io/FileDescriptor;)V", FD_FIELD)),

    /**
     * {@code InetSocketAddress Net.localAddress(FileDescriptor)}: the JDK asks once a socket is bound, connected or
     * accepted, so the agent need not ask the kernel a second time.
     */
    LOCAL_ADDRESS(
            onReturn("localAddress", "(Ljava/io/FileDescriptor;Ljava/net/InetSocketAddress;)V", ARGUMENT_0, RETURNED)),

    /** {@code void NioSocketImpl.accept(SocketImpl)} */
    ACCEPTED_SOCKET(onReturn("accepted", "(Ljava/net/SocketImpl;)V", ARGUMENT_0)),

    /** {@code finishAccept(FileDescriptor, SocketAddress)} of the channels; the second is the peer. */
    ACCEPTED_CHANNEL(
            onEntry("accepted", "(Ljava/io/FileDescriptor;Ljava/net/SocketAddress;)V", ARGUMENT_0, ARGUMENT_1)),

    /** The methods that close a socket or channel, on entry, as afterwards the FIN is sent; and when done. */
    CLOSING(
            onEntry("closing", "(Ljava/io/FileDescriptor;Ljava/lang/Object;)V", FD_FIELD, THIS),
            onReturn("closed", "(Ljava/io/FileDescriptor;)V", FD_FIELD)),

    /** {@code void close(FileDescriptor)} of the socket dispatcher */
    RELEASED(onEntry("released", "(Ljava/io/FileDescriptor;)V", ARGUMENT_0));

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<HookCall> calls;

    SocketAdvice(HookCall... calls) {
        this.calls = List.of(calls);
    }

    List<HookCall> calls() {
        return calls;
    }
}
