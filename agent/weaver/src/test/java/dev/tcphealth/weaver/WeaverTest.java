package dev.tcphealth.weaver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sun.nio.ch.TcpHealthHook;

/** Woven code tells the hook, and otherwise does what it did before. The JVM verifies it, as it is not the JDK's here. */
class WeaverTest {

    private static final String NET = "sun.nio.ch.Net";
    private static final int VERSION_AT = 6;

    private final Recorder recorder = new Recorder();

    @BeforeEach
    void listen() {
        TcpHealthHook.sink = recorder;
    }

    @AfterEach
    void silence() {
        HookSink.silence();
    }

    @ParameterizedTest
    @EnumSource(SocketAdvice.class)
    void theHookHasWhatIsCalled(SocketAdvice advice) throws Exception {
        for (HookCall call : advice.calls()) {
            Class<?>[] types = MethodType.fromMethodDescriptorString(call.descriptor(), null)
                    .parameterArray();
            Method called = TcpHealthHook.class.getMethod(call.method(), types);
            assertThat(Modifier.isStatic(called.getModifiers())).isTrue();
            assertThat(called.getReturnType()).isEqualTo(void.class);
            assertThat(call.arguments()).hasSameSizeAs(types);
        }
    }

    @Test
    void thisJdkHasEveryTarget() throws IOException {
        Weaver weaver = new Weaver();
        for (String name : Weaver.classNames()) {
            String file = "/" + name.replace('.', '/') + ".class";
            try (InputStream in = Object.class.getResourceAsStream(file)) {
                if (in != null) {
                    assertThat(weaver.weave(name, in.readAllBytes())).isNotNull();
                }
            }
        }
        assertThat(weaver.missing()).isEmpty();
    }

    @Test
    void whatWasNotWovenIsMissing() {
        assertThat(new Weaver().missing()).containsExactlyInAnyOrderElementsOf(Target.ALL);
    }

    @Test
    void otherClassesAreLeftAlone() throws IOException {
        assertThat(new Weaver().weave("java.net.Socket", sample())).isNull();
    }

    @Test
    void aClassFileOfAJdkToComeIsWovenAllTheSame() throws IOException {
        byte[] now = Objects.requireNonNull(new Weaver().weave(NET, sample()));
        byte[] toCome = sample();
        ByteBuffer.wrap(toCome).putShort(VERSION_AT, (short) 300);
        byte[] woven = Objects.requireNonNull(new Weaver().weave(NET, toCome));
        assertThat(ByteBuffer.wrap(woven).getShort(VERSION_AT)).isEqualTo((short) 300);
        ByteBuffer.wrap(woven).putShort(VERSION_AT, ByteBuffer.wrap(now).getShort(VERSION_AT));
        assertThat(woven).isEqualTo(now);
    }

    @Test
    void whatIsReturnedIsTold() throws Exception {
        Object stream = call("socket", StandardProtocolFamily.INET, true);
        Object datagram = call("socket", StandardProtocolFamily.INET, false);
        Object listener = call("serverSocket", StandardProtocolFamily.INET);
        assertThat(datagram).isInstanceOf(FileDescriptor.class);
        recorder.assertTold("opened false", stream, "opened true", listener);
    }

    /** The argument is what the caller gave, whatever the method has made of it; a method may begin with a loop. */
    @Test
    void whatIsThrownIsToldAndThrown() throws Exception {
        FileDescriptor fd = new FileDescriptor();
        InetAddress peer = InetAddress.getLoopbackAddress();
        assertThat(call("connect", StandardProtocolFamily.INET, fd, peer, 3)).isEqualTo(103);
        recorder.assertTold("connecting 3", fd);
        assertThatThrownBy(() -> call("connect", StandardProtocolFamily.INET, fd, peer, 0))
                .isInstanceOf(IOException.class)
                .hasMessage("refused");
        recorder.assertTold("connecting 3", fd, "connecting 0", fd, "failed java.io.IOException: refused", fd);
    }

    /** What the method catches itself has not been thrown. */
    @Test
    void itsOwnHandlersComeFirst() throws Exception {
        assertThat(call("pollConnectNow", new FileDescriptor())).isEqualTo(true);
        recorder.assertTold();
    }

    @Test
    void allWaysOutAreTold() throws Exception {
        FileDescriptor fd = new FileDescriptor();
        assertThat(call("localAddress", fd)).isEqualTo(new InetSocketAddress(1));
        assertThat(call("localAddress", FileDescriptor.in)).isEqualTo(new InetSocketAddress(2));
        recorder.assertTold("local 1", fd, "local 2", FileDescriptor.in);
    }

    @Test
    void argumentsOfTwoSlotsAreCounted() throws Exception {
        FileDescriptor fd = new FileDescriptor();
        call("setSocketOption", fd, StandardProtocolFamily.INET, StandardSocketOptions.SO_LINGER, 0);
        recorder.assertTold("linger true", fd);
        Object socket = sampleClass("sun.nio.ch.NioSocketImpl").getConstructor().newInstance();
        Method finish = socket.getClass().getMethod("timedFinishConnect", FileDescriptor.class, long.class);
        assertThat(finish.invoke(socket, fd, 1L << 40)).isEqualTo(true);
        assertThatThrownBy(() -> finish.invoke(socket, fd, 0L)).hasCauseInstanceOf(IOException.class);
        recorder.assertTold("linger true", fd, "failed java.io.IOException: no time", fd);
    }

    @Test
    void withoutASinkItIsAsItWas() throws Exception {
        HookSink.silence();
        FileDescriptor fd = new FileDescriptor();
        InetAddress peer = InetAddress.getLoopbackAddress();
        assertThat(call("connect", StandardProtocolFamily.INET, fd, peer, 3)).isEqualTo(103);
        assertThat(call("localAddress", fd)).isInstanceOf(InetSocketAddress.class);
        recorder.assertTold();
    }

    private static byte[] sample() throws IOException {
        try (InputStream in = Sample.class.getResourceAsStream("WeaverTest$Sample.class")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    /** The sample, woven as if it were that class of the JDK. */
    private static Class<?> sampleClass(String as) throws IOException {
        byte[] woven = Objects.requireNonNull(new Weaver().weave(as, sample()));
        return new ClassLoader(WeaverTest.class.getClassLoader()) {
            Class<?> define() {
                return defineClass(Sample.class.getName(), woven, 0, woven.length);
            }
        }.define();
    }

    private static @Nullable Object call(String name, @Nullable Object... arguments) throws Exception {
        for (Method method : sampleClass(NET).getDeclaredMethods()) {
            if (method.getName().equals(name)) {
                try {
                    return method.invoke(null, arguments);
                } catch (InvocationTargetException e) {
                    throw (Exception) Objects.requireNonNull(e.getCause());
                }
            }
        }
        throw new NoSuchMethodException(name);
    }

    /** Methods with the names and parameters of the JDK's, and shapes that are hard to weave. */
    public static final class Sample {

        private static int returns;

        public static FileDescriptor socket(ProtocolFamily family, boolean stream) {
            boolean given = stream;
            stream = !given;
            return returns == 0 || stream ? new FileDescriptor() : FileDescriptor.in;
        }

        public static FileDescriptor serverSocket(ProtocolFamily family) {
            return new FileDescriptor();
        }

        public static int connect(ProtocolFamily family, @Nullable FileDescriptor fd, InetAddress peer, int port)
                throws IOException {
            int rounds = 0;
            while (true) {
                fd = null;
                rounds++;
                if (rounds > 100) {
                    if (port == 0) {
                        throw new IOException("refused");
                    }
                    long sum = port + (long) rounds - 1;
                    return (int) sum;
                }
            }
        }

        public static boolean pollConnectNow(FileDescriptor fd) {
            try {
                throw new IOException("caught");
            } catch (IOException e) {
                return true;
            }
        }

        public static InetSocketAddress localAddress(FileDescriptor fd) {
            try {
                if (fd.equals(FileDescriptor.in)) {
                    return new InetSocketAddress(2);
                }
                return new InetSocketAddress(1);
            } finally {
                returns++;
            }
        }

        public static void setSocketOption(
                FileDescriptor fd, ProtocolFamily family, SocketOption<?> name, Object value) {}

        public boolean timedFinishConnect(FileDescriptor fd, long nanos) throws IOException {
            double left = nanos;
            if (left == 0) {
                throw new IOException("no time");
            }
            return left > 0;
        }
    }

    /** Keeps what it is told. */
    private static final class Recorder extends TcpHealthHook {

        private final List<@Nullable Object> told = new ArrayList<>();

        void assertTold(@Nullable Object... all) {
            assertThat(told).containsExactly(all);
        }

        private void note(String what, @Nullable FileDescriptor fd) {
            told.add(what);
            told.add(fd);
        }

        @Override
        protected void onOpened(FileDescriptor fd, int number, boolean listener) {
            note("opened " + listener, fd);
        }

        @Override
        protected void onAccepted(FileDescriptor fd, int number, InetAddress peer, int peerPort, boolean addressTold) {
            note("accepted", fd);
        }

        @Override
        protected void onConnecting(FileDescriptor fd, int number, InetAddress peer, int peerPort) {
            note("connecting " + peerPort, fd);
        }

        @Override
        protected void onLocalAddress(FileDescriptor fd, int number, InetAddress local, int localPort) {
            note("local " + localPort, fd);
        }

        @Override
        protected void onConnectFailed(FileDescriptor fd, int number, Throwable thrown) {
            note("failed " + thrown, fd);
        }

        @Override
        protected void onLinger(FileDescriptor fd, int number, boolean zero) {
            note("linger " + zero, fd);
        }

        @Override
        protected void onShutdownOutput(FileDescriptor fd, int number) {
            note("shutdown", fd);
        }

        @Override
        protected void onClosing(FileDescriptor fd, int number, Object socket) {
            note("closing", fd);
        }

        @Override
        protected void onClosed(FileDescriptor fd, int number) {
            note("closed", fd);
        }

        @Override
        protected void onReleased(FileDescriptor fd, int number) {
            note("released", fd);
        }
    }
}
