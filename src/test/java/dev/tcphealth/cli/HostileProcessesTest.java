package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.testing.Jdk;
import dev.tcphealth.testing.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that lay traps for whoever lists JVMs. What a /proc is, a folder of the tests' own can be as well. */
class HostileProcessesTest {
    private static final Path AGENT = Path.of("/nowhere/tcp-health-agent.jar");
    private static final long SELF = 1;
    private static final long TRAP = 70;
    private static final long OTHER = 80;

    @TempDir
    private Path folder = Path.of("");

    private Path proc = Path.of("");
    private Path release = Path.of("");

    @BeforeEach
    void twoJvms() throws IOException {
        folder = folder.toRealPath();
        proc = Files.createDirectory(folder.resolve("proc"));
        for (long pid : new long[] {SELF, TRAP, OTHER}) {
            jvm(pid);
        }
        release = root(TRAP).resolve("opt/jdk/release");
    }

    private void jvm(long pid) throws IOException {
        Path process = Files.createDirectories(proc.resolve(Long.toString(pid)));
        Object uid = Files.getAttribute(folder, "unix:uid");
        Files.writeString(
                process.resolve("status"), "State:\tS (x)\nUid:\t0\t" + uid + "\t0\t0\nNSpid:\t" + pid + "\n");
        Files.writeString(process.resolve("stat"), pid + " (a) b) S" + " 0".repeat(18) + " 4711 0 0\n");
        Files.writeString(process.resolve("cmdline"), "java\0-cp\0x\0Main" + pid + "\0");
        Files.writeString(process.resolve("environ"), "A=b\0");
        Files.writeString(process.resolve("maps"), "7f00-7f01 r-xp 0 08:01 42   /opt/jdk/lib/server/libjvm.so\n");
        Files.createDirectories(process.resolve("task/1"));
        Files.writeString(process.resolve("task/1/comm"), "main\n");
        Files.createDirectories(root(pid).resolve("opt/jdk/lib/server"));
        Files.writeString(root(pid).resolve("opt/jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
        Files.createSymbolicLink(process.resolve("root"), root(pid));
    }

    private Path root(long pid) {
        return folder.resolve("root-of-" + pid);
    }

    private Listing list() throws IOException {
        return new JvmFinder(proc, SELF, Duration.ofSeconds(2)).all();
    }

    private void assertVersion(String version) throws IOException {
        Listing listing = list();
        assertThat(listing.unread()).isEmpty();
        assertThat(listing.jvms()).extracting(jvm -> jvm.command().main()).containsExactly("Main70", "Main80");
        assertThat(listing.jvms()).extracting(jvm -> jvm.jdk().text()).containsExactly(version, "17.0.1");
    }

    private void fifo(Path file) throws IOException {
        Files.delete(file);
        Network.run("/bin/sh", "-c", "mkfifo " + file);
    }

    private void link(Path file, Path to) throws IOException {
        Files.delete(file);
        Files.createSymbolicLink(file, to);
    }

    @Test
    void honestOnesHaveAVersion() throws IOException {
        assertVersion("17.0.1");
    }

    @Test
    void aReleaseFileIsNoFifo() throws IOException {
        fifo(release);
        assertVersion("-");
    }

    @Test
    void aReleaseFileIsNoDevice() throws IOException {
        link(release, Path.of("/dev/zero"));
        assertVersion("-");
    }

    @Test
    void aReleaseFileIsNoLink() throws IOException {
        link(release, root(OTHER).resolve("opt/jdk/release"));
        assertVersion("-");
    }

    @Test
    void noFolderAboveAReleaseFileIsALink() throws IOException {
        Files.move(root(TRAP).resolve("opt"), folder.resolve("elsewhere"));
        Files.createSymbolicLink(root(TRAP).resolve("opt"), folder.resolve("elsewhere"));
        assertVersion("-");
    }

    @Test
    void aReleaseFileIsSmall() throws IOException {
        Files.writeString(release, "JAVA_VERSION=\"17.0.1\"\n" + "x".repeat(1_000_000));
        assertVersion("-");
        Files.writeString(release, "");
        assertVersion("-");
        Files.delete(release);
        Files.createDirectory(release);
        assertVersion("-");
    }

    @Test
    void aReleaseFileIsOfRootOrOfTheJvmsUser() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "giving a file away takes root");
        Files.setAttribute(release, "unix:uid", 65534);
        assertVersion("-");
        Path status = proc.resolve(TRAP + "/status");
        Files.writeString(status, Files.readString(status).replace("Uid:\t0\t0", "Uid:\t0\t65534"));
        assertVersion("17.0.1");
    }

    @Test
    void aVersionIsOne() throws IOException {
        for (String odd : new String[] {"\u001b[31m17", "17\u202e", "1 7", "x".repeat(41)}) {
            Files.writeString(release, "JAVA_VERSION=\"" + odd + "\"\n");
            assertVersion("-");
        }
    }

    /** So does reading the arguments of a process that has mapped a file of its own making there. */
    @Test
    void aReadingThatNeverEndsStaysWithItsProcess() throws Exception {
        for (String file : new String[] {"cmdline", "maps", "task/1/comm"}) {
            Path of = proc.resolve(TRAP + "/" + file);
            String before = Files.readString(of);
            fifo(of);
            Listing listing = list();
            assertThat(listing.unread()).as(file).containsOnlyKeys(TRAP).containsValue("it took too long");
            assertThat(listing.jvms()).as(file).extracting(JvmProcess::pid).containsExactly(OTHER);
            assertThat(listing.notReached()).isZero();
            JvmFinder finder = new JvmFinder(proc, SELF, Duration.ofSeconds(1));
            assertThatThrownBy(() -> finder.find(TRAP))
                    .isInstanceOfSatisfying(
                            CommandFailure.class,
                            failure -> assertThat(failure.exit()).isEqualTo(ExitCode.NOT_ATTACHABLE))
                    .hasMessageContaining("cannot be read from " + proc + " within 1 s");
            assertThat(finder.find(OTHER).pid()).isEqualTo(OTHER);
            Files.delete(of);
            Files.writeString(of, before);
        }
    }

    @Test
    void manyThatNeverEndDoNotHideTheOthers() throws Exception {
        for (long pid = 1000; pid < 1040; pid++) {
            jvm(pid);
            fifo(proc.resolve(pid + "/cmdline"));
        }
        jvm(2000);
        Listing listing = list();
        assertThat(listing.jvms()).extracting(JvmProcess::pid).containsExactly(TRAP, OTHER, 2000L);
        assertThat(listing.unread()).hasSize(40);
        assertThat(listing.notReached()).isZero();
    }

    @Test
    void endlessArgumentsAreCut() throws IOException {
        link(proc.resolve(TRAP + "/cmdline"), Path.of("/dev/zero"));
        link(proc.resolve(TRAP + "/environ"), Path.of("/dev/zero"));
        assertThat(list().jvms()).extracting(JvmProcess::pid).contains(OTHER);
        Files.delete(proc.resolve(TRAP + "/cmdline"));
        Files.writeString(proc.resolve(TRAP + "/cmdline"), "java\0" + "m".repeat(1_000_000) + "\0");
        assertThat(JvmTable.text(list()).lines()).allMatch(line -> line.length() < 500);
    }

    @Test
    void anyExceptionMarksItsRow() throws IOException {
        Files.writeString(proc.resolve(TRAP + "/maps"), "7f00-7f01 r-xp 0 08:01 42   /opt/\0/libjvm.so\n");
        Listing listing = list();
        assertThat(listing.unread()).containsOnlyKeys(TRAP);
        assertThat(JvmTable.text(listing).lines().skip(1).toList())
                .satisfiesExactly(
                        row -> assertThat(row).matches(" *70  - +- +- +\\(not read: .*InvalidPathException.*\\)"),
                        row -> assertThat(row).matches(" *80 .* Main80"));
        assertThat(JvmTable.json(listing))
                .contains("{\"pid\": 70, \"user\": null, \"jdk\": null, \"agent\": null, \"main\": null, \"error\": \"")
                .contains("{\"pid\": 80, ");
    }

    @Test
    void whatHasEndedOrChangedMeanwhileIsLeftOut() throws IOException {
        Files.writeString(proc.resolve(TRAP + "/status"), "nonsense");
        assertThat(list().jvms()).extracting(JvmProcess::pid).containsExactly(OTHER);
        Files.writeString(proc.resolve(OTHER + "/stat"), "80 (x");
        assertThat(list()).isEqualTo(new Listing(List.of(), new TreeMap<>(), 0));
    }

    @Test
    void aNameIsOneHarmlessLine() throws IOException {
        Files.writeString(
                proc.resolve(TRAP + "/cmdline"),
                "java\0-jar\0x\n  1  root  17  yes  forged\u001b[2J\t\u202e.jar\0",
                UTF_8);
        assertThat(JvmTable.text(list()))
                .hasLineCount(3)
                .contains("  x\\n  1  root  17  yes  forged\\u001b[2J\\t\\u202e.jar\n");
    }

    @Test
    void argumentFilesAreNotOpened() throws Exception {
        String java = Jdk.newest().tool("java");
        Path args = folder.resolve("args");
        Files.writeString(
                args, "-Xmx32m -cp \"" + TestJars.location(ChildApp.class) + "\" " + ChildApp.class.getName());
        Path secret = Files.writeString(folder.resolve("secret"), "the-secret\n");
        try (Child child = Child.start(Map.of(), "/bin/sh", "-c", "cd " + folder + " && exec " + java + " @args")
                .awaitLine("ready")) {
            link(args, secret);
            assertThat(row(child.pid())).endsWith("  @args").doesNotContain("secret");
            fifo(args);
            assertThat(row(child.pid())).endsWith("  @args");
            link(args, Path.of("/dev/zero"));
            assertThat(row(child.pid())).endsWith("  @args");
        }
    }

    private static String row(long pid) {
        Cli list = Cli.run(AGENT, "list");
        assertThat(list.exit()).isZero();
        return list.out()
                .lines()
                .filter(line -> line.strip().startsWith(pid + " "))
                .findFirst()
                .orElse("");
    }
}
