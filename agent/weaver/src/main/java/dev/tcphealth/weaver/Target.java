package dev.tcphealth.weaver;

import static net.bytebuddy.matcher.ElementMatchers.isBridge;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.not;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.io.FileDescriptor;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.SocketImpl;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper.ForDeclaredMethods.MethodVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * One method of the JDK that is woven.
 *
 * @param type the class that declares it, in package sun.nio.ch
 * @param method which of its methods
 * @param advice what is woven into it, a class of SocketAdvice or {@link CaughtFailure}
 * @param needed whether it must be there for a sum to be right; what may be missing is missing on some JDKs
 */
record Target(String type, ElementMatcher.Junction<MethodDescription> method, Class<?> advice, boolean needed) {

    static final String PACKAGE = "sun.nio.ch.";

    /** Checked against the sources of JDK 17 and 25. Net.accept and Net.shutdown are native: their callers are woven. */
    static final List<Target> ALL = List.of(
            new Target(
                    "Net",
                    named("socket").and(takesArguments(ProtocolFamily.class, boolean.class)),
                    SocketAdvice.Opened.class,
                    true),
            new Target(
                    "Net",
                    named("serverSocket").and(takesArgument(0, ProtocolFamily.class)),
                    SocketAdvice.Listening.class,
                    true),
            new Target(
                    "Net",
                    named("connect")
                            .and(takesArguments(
                                    ProtocolFamily.class, FileDescriptor.class, InetAddress.class, int.class)),
                    SocketAdvice.Connecting.class,
                    true),
            new Target(
                    "Net",
                    named("localAddress").and(takesArguments(FileDescriptor.class)),
                    SocketAdvice.LocalAddress.class,
                    true),
            new Target(
                    "Net",
                    named("pollConnectNow").and(takesArguments(FileDescriptor.class)),
                    SocketAdvice.ConnectFailing.class,
                    true),
            new Target("Net", named("setSocketOption").and(takesArguments(4)), SocketAdvice.OptionSet.class, true),
            new Target(
                    "NioSocketImpl",
                    named("timedFinishConnect").and(takesArguments(FileDescriptor.class, long.class)),
                    SocketAdvice.ConnectFailing.class,
                    true),
            new Target("NioSocketImpl", shutsDownOutput(), SocketAdvice.ShutdownOutput.class, true),
            new Target(
                    "SocketChannelImpl",
                    named("finishTimedConnect").and(takesArguments(long.class)),
                    SocketAdvice.ChannelConnectFailing.class,
                    true),
            new Target("SocketChannelImpl", shutsDownOutput(), SocketAdvice.ShutdownOutput.class, true),
            new Target("AsynchronousSocketChannelImpl", shutsDownOutput(), SocketAdvice.ShutdownOutput.class, true),
            new Target(
                    "NioSocketImpl",
                    named("accept").and(takesArguments(SocketImpl.class)),
                    SocketAdvice.AcceptedSocket.class,
                    true),
            new Target("NioSocketImpl", named("close").and(takesArguments(0)), SocketAdvice.Closing.class, true),
            new Target("SocketChannelImpl", closesChannel(), SocketAdvice.Closing.class, true),
            new Target("ServerSocketChannelImpl", finishesAccept(), SocketAdvice.AcceptedChannel.class, true),
            new Target("ServerSocketChannelImpl", closesChannel(), SocketAdvice.Closing.class, true),
            new Target("UnixAsynchronousSocketChannelImpl", closesAsynchronous(), SocketAdvice.Closing.class, true),
            new Target(
                    "UnixAsynchronousSocketChannelImpl",
                    named("finishConnect").and(takesArguments(boolean.class)),
                    CaughtFailure.class,
                    true),
            new Target(
                    "UnixAsynchronousServerSocketChannelImpl",
                    finishesAccept(),
                    SocketAdvice.AcceptedChannel.class,
                    true),
            new Target(
                    "UnixAsynchronousServerSocketChannelImpl", closesAsynchronous(), SocketAdvice.Closing.class, true),
            // JDK 17 closes in the first of these two, later ones in the second.
            new Target("SocketDispatcher", releases(), SocketAdvice.Released.class, false),
            new Target("UnixDispatcher", releases(), SocketAdvice.Released.class, false));

    private static ElementMatcher.Junction<MethodDescription> closesChannel() {
        return named("implCloseSelectableChannel");
    }

    private static ElementMatcher.Junction<MethodDescription> shutsDownOutput() {
        return named("shutdownOutput").and(takesArguments(0)).and(not(isBridge()));
    }

    private static ElementMatcher.Junction<MethodDescription> closesAsynchronous() {
        return named("implClose").and(takesArguments(0));
    }

    private static ElementMatcher.Junction<MethodDescription> finishesAccept() {
        return named("finishAccept").and(takesArgument(0, FileDescriptor.class));
    }

    private static ElementMatcher.Junction<MethodDescription> releases() {
        return named("close").and(takesArguments(FileDescriptor.class));
    }

    MethodVisitorWrapper visitor() {
        return advice.equals(CaughtFailure.class)
                ? new CaughtFailure()
                : Advice.to(advice).withExceptionHandler(new MissedHandler());
    }

    String className() {
        return PACKAGE + type;
    }

    @Override
    public String toString() {
        return type + " " + advice.getSimpleName();
    }
}
