package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.NativeSocketsContract;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JnaSocketsTest {

    @TempDir
    Path folder;

    @Test
    void keepsTheContract() throws Exception {
        NativeSocketsContract.check(JnaLoader.load());
    }

    @Test
    void leavesNothingBehindAndKeepsTheContractOnEveryJdkThatItIsFor() throws Exception {
        for (Jdk jdk : Jdk.all()) {
            if (jdk.feature() >= ForeignAccess.FIRST_JDK) {
                continue;
            }
            Path home = Files.createDirectory(folder.resolve("home" + jdk.feature()));
            Path temporary = Files.createDirectory(folder.resolve("tmp" + jdk.feature()));
            List<String> options = List.of("-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary);
            try (ChildProcess child = ChildProcess.start(command(jdk, options, temporary.toString()))) {
                assertThat(child.line()).as("on %s", jdk).isEqualTo("good");
                assertThat(child.end()).isZero();
                assertThat(child.errors()).as("on %s", jdk).isEmpty();
            }
            assertThat(home).isEmptyDirectory();
        }
    }

    @Test
    void takesTheNextFolderWhereOneDoesNotDo() throws Exception {
        Path none = folder.resolve("none");
        Path good = Files.createDirectory(folder.resolve("good"));

        NativeSockets sockets = JnaLoader.load(List.of(none, good));

        assertThat(sockets.getsockopt(-1, 1, 3, new byte[4])).isEqualTo(-NativeSockets.EBADF);
        assertThat(good).isEmptyDirectory();
        sockets.dispose();
        assertThatThrownBy(() -> JnaLoader.load(List.of(none)))
                .isInstanceOf(IOException.class)
                .hasMessage("its library cannot be loaded from " + none + ": no such file");
    }

    @Test
    void saysThatAFolderIsMountedWithoutExec() throws Exception {
        Assumptions.assumeTrue(ProcessHandle.current().info().user().orElse("").equals("root"), "mounting needs root");
        Path mounted = Files.createDirectory(folder.resolve("noexec"));
        List<String> command = new ArrayList<>(List.of(
                "unshare", "-m", "sh", "-c", "mount -t tmpfs -o noexec none " + mounted + " && exec \"$@\"", "sh"));
        command.addAll(command(Jdk.all().get(0), List.of(), mounted.toString()));
        try (ChildProcess child = ChildProcess.start(command)) {
            assertThat(child.line())
                    .isEqualTo("java.io.IOException: its library cannot be loaded from " + mounted
                            + ": programs may not be run from this folder (noexec)");
        }
    }

    private static List<String> command(Jdk jdk, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-cp", System.getProperty("java.class.path")));
        if (jdk.feature() >= ForeignAccess.FIRST_JDK) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(options);
        command.add(Contract.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs in a JVM of its own, with JNA's library in the folder named. */
    static final class Contract {

        private Contract() {}

        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            Properties before = (Properties) System.getProperties().clone();
            FutureTask<WeakReference<ClassLoader>> check = new FutureTask<>(() -> checked(folder));
            Thread ofTheAgent = new Thread(check);
            ofTheAgent.start();
            ofTheAgent.join();
            WeakReference<ClassLoader> loader;
            try {
                loader = check.get();
            } catch (ExecutionException e) {
                System.out.println(e.getCause());
                return;
            }
            assertThat(System.getProperties()).isEqualTo(before);
            assertThat(folder).isEmptyDirectory();
            await("the loader's end").until(() -> {
                System.gc();
                System.runFinalization();
                return loader.get() == null;
            });
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("JNA"));
            System.out.println("good");
        }

        private static WeakReference<ClassLoader> checked(Path folder) throws Exception {
            NativeSockets sockets = JnaLoader.load(List.of(folder));
            NativeSocketsContract.check(sockets);
            assertThat(Thread.getAllStackTraces().keySet())
                    .anyMatch(thread -> thread.getName().equals("JNA Cleaner"));
            sockets.dispose();
            return new WeakReference<>(sockets.getClass().getClassLoader());
        }
    }
}
