package dev.tcphealth.weaver;

import dev.tcphealth.JvmInside;
import dev.tcphealth.hotspot.JvmMemory;
import dev.tcphealth.kernel.NativeSockets;
import java.io.FileDescriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jdk.internal.vm.VMSupport;
import org.jspecify.annotations.Nullable;
import sun.nio.ch.TcpHealthHook;

/** What the core needs of the inside of java.base, which only this module may look into. */
final class JvmAccess implements JvmInside {

    /** The JDK's own frames may be 20 and more before the first of the application. */
    private static final int ENOUGH_FRAMES = 64;

    private static final String PLAIN_SOCKETS = "jdk.net.usePlainSocketImpl";

    private static final int LAST_JDK_WITH_PLAIN_SOCKETS = 17;

    private final Weaver weaver;

    /** Asked now: a SecurityManager may not let the application's threads ask. */
    private final boolean plainSockets =
            hasPlainSockets(Runtime.version().feature(), System.getProperty(PLAIN_SOCKETS));

    /** With -XX:MaxJavaStackTraceDepth a Throwable may end before it comes to the application's code. */
    private final boolean wholeStacks = framesKept(ENOUGH_FRAMES) >= ENOUGH_FRAMES;

    JvmAccess(Weaver weaver) {
        this.weaver = weaver;
    }

    @Override
    public @Nullable Object backtrace(Throwable of) {
        return wholeStacks ? HookSink.readBacktrace(of) : null;
    }

    /** How many frames a Throwable keeps that is made this deep, and in the code that has called. */
    private static int framesKept(int depth) {
        return depth == 0 ? new Throwable().getStackTrace().length : framesKept(depth - 1);
    }

    @Override
    public int unreadBytes(FileDescriptor fd) {
        return HookSink.unreadBytes(fd);
    }

    @Override
    public boolean hasError(FileDescriptor fd) {
        return HookSink.hasError(fd);
    }

    @Override
    public void publish(String key, @Nullable String value) {
        if (value == null) {
            VMSupport.getAgentProperties().remove(key);
        } else {
            VMSupport.getAgentProperties().setProperty(key, value);
        }
    }

    @Override
    public NativeSockets foreignSockets() throws IOException, ReflectiveOperationException {
        HookClass.defineNative();
        return new ForeignSockets();
    }

    @Override
    public JvmMemory memory() throws IOException, ReflectiveOperationException {
        HookClass.defineMemory();
        return new HookMemory();
    }

    @Override
    public long errorsSwallowed() {
        return TcpHealthHook.SWALLOWED.get() + (TcpHealthHook.missed ? 1 : 0);
    }

    @Override
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Target target : weaver.missing()) {
            missing.add("this JDK has no method to see " + target.text() + " in: counts that need it are too low");
        }
        if (plainSockets) {
            missing.add("connections of Socket and ServerSocket are not seen: remove -D" + PLAIN_SOCKETS
                    + ", which selects an implementation that is not instrumented");
        }
        return missing;
    }

    /** As java.net.SocketImpl decides; the other implementation is gone from JDK 18 on (JEP 353, JDK-8253119). */
    static boolean hasPlainSockets(int jdk, @Nullable String property) {
        return jdk <= LAST_JDK_WITH_PLAIN_SOCKETS && property != null && !property.equalsIgnoreCase("false");
    }
}
