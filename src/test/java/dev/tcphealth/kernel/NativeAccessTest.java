package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeAccessTest {

    private final Sockets sockets = new Sockets();

    @Test
    void takesForeignOnNewJdksAndJnaOnOlderOnes() {
        NativeAccess foreign = NativeAccess.open(() -> sockets, NativeAccessTest::never, 22);
        assertThat(foreign.sockets()).containsSame(sockets);
        assertThat(foreign.description()).isEqualTo("java.lang.foreign (JNA is for JDKs older than 22)");

        NativeAccess jna = NativeAccess.open(NativeAccessTest::never, () -> sockets, 21);
        assertThat(jna.sockets()).containsSame(sockets);
        assertThat(jna.description()).isEqualTo("JNA (JDK 21 has no java.lang.foreign)");
        assertThat(sockets.disposed).isZero();
        jna.close();
        assertThat(sockets.disposed).isEqualTo(1);
    }

    @Test
    void saysWhyNoneWorks() {
        NativeAccess none = NativeAccess.open(
                () -> {
                    throw new UnsatisfiedLinkError("no getsockopt\nhere");
                },
                NativeAccessTest::never,
                25);
        assertThat(none.sockets()).isEmpty();
        assertThat(none.description())
                .isEqualTo("none: java.lang.foreign does not work here: UnsatisfiedLinkError: no getsockopt");
        none.close();

        NativeAccess unable = NativeAccess.open(
                NativeAccessTest::never,
                () -> {
                    throw new IOException("its library cannot be loaded");
                },
                17);
        assertThat(unable.description()).isEqualTo("none: JNA does not work here: its library cannot be loaded");
    }

    @Test
    void doesNotTakeCallsThatAreFiltered() {
        sockets.answer = -NativeSockets.ENOSYS;

        NativeAccess none = NativeAccess.open(NativeAccessTest::never, () -> sockets, 17);

        assertThat(none.sockets()).isEmpty();
        assertThat(none.description()).isEqualTo("none: JNA does not work here: a call gave -38");
        assertThat(sockets.disposed).isEqualTo(1);
    }

    @Test
    void aRuntimeWithoutLoggingHasNoJnaAndSaysSo(@TempDir Path folder) throws Exception {
        Jdk oldest = Jdk.all().get(0);
        assumeTrue(oldest.feature() < ForeignAccess.FIRST_JDK, "needs a JDK 17 or 21");
        Path runtime = folder.resolve("runtime");
        Process jlink = new ProcessBuilder(
                        oldest.tool("jlink"),
                        "--add-modules",
                        "java.base,java.instrument,java.management",
                        "--output",
                        runtime.toString())
                .inheritIO()
                .start();
        assertThat(jlink.waitFor()).isZero();
        List<String> command = List.of(
                runtime.resolve("bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Opened.class.getName());

        try (ChildProcess child = ChildProcess.start(command)) {
            assertThat(child.line())
                    .isEqualTo("none: JNA does not work here: ClassNotFoundException: java.util.logging.Logger");
            assertThat(child.end()).isZero();
            assertThat(child.errors()).isEmpty();
        }
    }

    private static NativeSockets never() {
        throw new AssertionError("this one must not be tried");
    }

    /** Prints what is chosen. */
    static final class Opened {

        private Opened() {}

        public static void main(String[] arguments) {
            System.out.println(NativeAccess.open(NativeAccessTest::never).description());
        }
    }

    private static final class Sockets implements NativeSockets {

        int answer = -EBADF;
        int disposed;

        @Override
        public int socket(int domain, int type, int protocol) {
            return answer;
        }

        @Override
        public int send(int descriptor, ByteBuffer direct, int flags) {
            return answer;
        }

        @Override
        public int recv(int descriptor, ByteBuffer direct, int flags) {
            return answer;
        }

        @Override
        public int getsockopt(int descriptor, int level, int option, byte[] value) {
            return answer;
        }

        @Override
        public int close(int descriptor) {
            return answer;
        }

        @Override
        public void dispose() {
            disposed++;
        }
    }
}
