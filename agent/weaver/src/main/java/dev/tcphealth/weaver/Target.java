package dev.tcphealth.weaver;

import java.util.List;

/** A method of the JDK that is woven. Checked against the sources of JDK 17 and 25. */
enum Target {
    // Net.accept and Net.shutdown are native: their callers are woven.
    OPEN("Net", "socket", "(" + Target.FAMILY + "Z)", SocketAdvice.OPENED),
    LISTEN("Net", "serverSocket", "(" + Target.FAMILY, SocketAdvice.LISTENING),
    CONNECT("Net", "connect", "(" + Target.FAMILY + Target.FD + "Ljava/net/InetAddress;I)", SocketAdvice.CONNECTING),
    LOCAL_ADDRESS("Net", "localAddress", "(" + Target.FD + ")", SocketAdvice.LOCAL_ADDRESS),
    POLL_CONNECT("Net", "pollConnectNow", "(" + Target.FD + ")", SocketAdvice.CONNECT_FAILING),
    SET_OPTION(
            "Net",
            "setSocketOption",
            "(" + Target.FD + Target.FAMILY + "Ljava/net/SocketOption;Ljava/lang/Object;)",
            SocketAdvice.OPTION_SET),

    SOCKET_CONNECT("NioSocketImpl", "timedFinishConnect", "(" + Target.FD + "J)", SocketAdvice.CONNECT_FAILING),
    SOCKET_ACCEPT("NioSocketImpl", "accept", "(Ljava/net/SocketImpl;)", SocketAdvice.ACCEPTED_SOCKET),
    SOCKET_SHUTDOWN("NioSocketImpl", "shutdownOutput", "()", SocketAdvice.SHUTDOWN_OUTPUT),
    SOCKET_CLOSE("NioSocketImpl", "close", "()", SocketAdvice.CLOSING),

    CHANNEL_CONNECT("SocketChannelImpl", "finishTimedConnect", "(J)", SocketAdvice.CHANNEL_CONNECT_FAILING),
    CHANNEL_SHUTDOWN("SocketChannelImpl", "shutdownOutput", "()", SocketAdvice.SHUTDOWN_OUTPUT),
    CHANNEL_CLOSE("SocketChannelImpl", "implCloseSelectableChannel", "()", SocketAdvice.CLOSING),
    SERVER_ACCEPT("ServerSocketChannelImpl", "finishAccept", "(" + Target.FD, SocketAdvice.ACCEPTED_CHANNEL),
    SERVER_CLOSE("ServerSocketChannelImpl", "implCloseSelectableChannel", "()", SocketAdvice.CLOSING),

    ASYNCHRONOUS_SHUTDOWN("AsynchronousSocketChannelImpl", "shutdownOutput", "()", SocketAdvice.SHUTDOWN_OUTPUT),
    ASYNCHRONOUS_CONNECT("UnixAsynchronousSocketChannelImpl", "finishConnect", "(Z)", SocketAdvice.CAUGHT_FAILURE),
    ASYNCHRONOUS_CLOSE("UnixAsynchronousSocketChannelImpl", "implClose", "()", SocketAdvice.CLOSING),
    ASYNCHRONOUS_ACCEPT(
            "UnixAsynchronousServerSocketChannelImpl", "finishAccept", "(" + Target.FD, SocketAdvice.ACCEPTED_CHANNEL),
    ASYNCHRONOUS_SERVER_CLOSE("UnixAsynchronousServerSocketChannelImpl", "implClose", "()", SocketAdvice.CLOSING),

    /** JDK 17 closes in the first of these two, later ones in the second. */
    RELEASE_17("SocketDispatcher", "close", "(" + Target.FD + ")", SocketAdvice.RELEASED),
    RELEASE("UnixDispatcher", "close", "(" + Target.FD + ")", SocketAdvice.RELEASED);

    static final String PACKAGE = "sun.nio.ch.";

    static final List<Target> ALL = List.of(values());

    private static final String FD = "Ljava/io/FileDescriptor;";
    private static final String FAMILY = "Ljava/net/ProtocolFamily;";

    private final String className;
    private final String method;
    private final String parameters;
    private final SocketAdvice advice;

    /**
     * @param type the class that declares it, in package sun.nio.ch
     * @param parameters how its descriptor begins: all of its parameters and a closing bracket, or the first of them
     */
    Target(String type, String method, String parameters, SocketAdvice advice) {
        this.className = PACKAGE + type;
        this.method = method;
        this.parameters = parameters;
        this.advice = advice;
    }

    String className() {
        return className;
    }

    SocketAdvice advice() {
        return advice;
    }

    boolean matches(String name, String descriptor) {
        return method.equals(name) && descriptor.startsWith(parameters);
    }

    /** What a person may look for in the JDK, such as {@code sun.nio.ch.Net.socket}. */
    String text() {
        return className + "." + method;
    }
}
