package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.launcher.EarlyApp.When;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Started with the application: nothing of it is felt, seen or missed. */
class LoadingIT {

    /** A socket class waits for the weaver at most 10 s, and then goes unwoven: it must never come near to that. */
    private static final long LONGEST_WAIT_MILLIS = 8_000;

    private static final String LAUNCHER = "dev.tcphealth.launcher.Launcher";

    private static final String SECOND = "the agent is in this JVM already";

    @TempDir
    private Path folder = Path.of("");

    /** What may stand on a command line besides the agent. */
    static Stream<Arguments> commandLines() {
        List<Arguments> all = new ArrayList<>();
        for (Jdk jdk : Jdk.all()) {
            all.add(Arguments.of(jdk, List.of()));
            all.add(Arguments.of(jdk, List.of("-Xshare:on", "-Xlog:cds*=warning,class+path*=warning")));
            all.add(Arguments.of(jdk, List.of("-Xshare:off")));
            all.add(Arguments.of(jdk, List.of("-Xmx16m")));
            all.add(Arguments.of(jdk, List.of("-XX:+UseSerialGC", "-Xint")));
            // The JVM says that it does not share classes then, agent or not.
            all.add(Arguments.of(
                    jdk, List.of("-Xshare:off", "-Djava.system.class.loader=" + TaskLoader.class.getName())));
            if (jdk.feature() >= 24) {
                all.add(Arguments.of(
                        jdk, List.of("--illegal-native-access=deny", "--sun-misc-unsafe-memory-access=deny")));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("commandLines")
    @Execution(ExecutionMode.CONCURRENT)
    void aHelloWorldIsUnchanged(Jdk jdk, List<String> jvmOptions) throws Exception {
        List<String> all = new ArrayList<>(jvmOptions);
        Child.Finished without = Child.run(Child.command(jdk, HelloApp.class, all.toArray(String[]::new)));
        all.add(Child.javaagent("depth=8", "app=com.example"));
        Child.Finished with = Child.run(Child.command(jdk, HelloApp.class, all.toArray(String[]::new)));
        assertThat(with).isEqualTo(without);
        assertThat(with.output()).containsExactly(HelloApp.HELLO);
        assertThat(with.exit()).isZero();
    }

    @OnEveryJdk
    void aHelloWorldIsUnchangedBetweenOtherAgents(Jdk jdk) throws Exception {
        String other = OtherAgent.javaagent(folder, "");
        Child.Finished hello =
                Child.run(Child.command(jdk, HelloApp.class, other, "-javaagent:" + Child.AGENT, other + "again"));
        assertThat(hello).isEqualTo(new Child.Finished(0, List.of(HelloApp.HELLO), ""));
    }

    @OnEveryJdk
    void classesStillComeFromTheSharedArchive(Jdk jdk) throws Exception {
        long without = shared(jdk);
        assertThat(without).as("shared classes of a JVM without the agent").isGreaterThan(300);
        assertThat(shared(jdk, Child.javaagent())).isGreaterThanOrEqualTo(without);
    }

    private static long shared(Jdk jdk, String... jvmOptions) throws Exception {
        List<String> all = new ArrayList<>(List.of("-Xlog:class+load"));
        all.addAll(List.of(jvmOptions));
        Child.Finished hello = Child.run(Child.command(jdk, HelloApp.class, all.toArray(String[]::new)));
        assertThat(hello.errors()).isEmpty();
        assertThat(hello.output()).noneMatch(line -> line.contains("Sharing is only supported"));
        return hello.output().stream()
                .filter(line -> line.contains("shared objects file"))
                .count();
    }

    static Stream<Arguments> earlySockets() {
        return Jdk.all().stream()
                .flatMap(jdk -> Stream.of(When.values())
                        .filter(when -> when != When.AGENT)
                        .map(when -> Arguments.of(jdk, when)));
    }

    @ParameterizedTest
    @MethodSource("earlySockets")
    @Execution(ExecutionMode.CONCURRENT)
    void noEarlySocketIsMissed(Jdk jdk, When when) throws Exception {
        assertAllSeen(early(jdk, when, Child.javaagent()));
    }

    /** It loads what java.security needs while the weaver starts, and sockets while it loads a class. */
    @OnEveryJdk
    void noSocketIsMissedUnderAClassLoaderThatChecksEveryClass(Jdk jdk) throws Exception {
        for (When when : List.of(When.FIRST, When.INITIALISER, When.THREADS)) {
            List<String> command = early(
                    jdk,
                    when,
                    "-Xshare:off",
                    "-Djava.system.class.loader=" + CheckingLoader.class.getName(),
                    Child.javaagent());
            assertAllSeen(command, CheckingLoader.CONNECTIONS);
        }
    }

    /** The JVM verifies the jar, with providers of java.security that it loads for it, while it loads the program. */
    @OnEveryJdk
    void noSocketOfASignedJarIsMissed(Jdk jdk) throws Exception {
        Path jar = folder.resolve("signed.jar");
        String keys = folder.resolve("keys").toString();
        compile("signed/Early.java", """
                package signed;
                public class Early {
                    public static void main(String[] arguments) throws Exception {
                        dev.tcphealth.launcher.EarlyApp.main(arguments);
                    }
                }
                """);
        run(jdk, "jar", "--create", "--file", jar.toString(), "-C", folder.toString(), "signed/Early.class");
        String[] store = {"-keystore", keys, "-storepass", "secret"};
        run(jdk, "keytool", with(store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-alias", "test"));
        run(jdk, "jarsigner", with(store, jar.toString(), "test"));
        for (When when : List.of(When.FIRST, When.THREADS)) {
            List<String> command = early(jdk, when, Child.javaagent());
            Child.addToClassPath(command, jar);
            command.replaceAll(word -> word.equals(EarlyApp.class.getName()) ? "signed.Early" : word);
            assertAllSeen(command);
        }
    }

    private static String[] with(String[] first, String... then) {
        return Stream.concat(Stream.of(first), Stream.of(then)).toArray(String[]::new);
    }

    /** Compiles into the folder what stands there then. */
    private void compile(String file, String source) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, source, StandardCharsets.UTF_8);
        String[] options = {"--release", "17", "-cp", Child.CLASSES, "-d", folder.toString(), path.toString()};
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, options))
                .isZero();
    }

    private static void run(Jdk jdk, String tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(jdk.tool(tool)));
        command.addAll(List.of(arguments));
        Child.Finished done = Child.run(command);
        assertThat(done.exit()).as(tool + ": " + done).isZero();
    }

    /** An archive that was made without the agent; the agent's jar then stands behind the application's class path. */
    @OnEveryJdk
    void anApplicationKeepsItsOwnSharedArchive(Jdk jdk) throws Exception {
        Path classes = folder.resolve("app.jar");
        Path archive = folder.resolve("app.jsa");
        run(jdk, "jar", "--create", "--file", classes.toString(), "-C", Child.CLASSES, ".");
        List<String> making = Child.command(jdk, HelloApp.class, "-XX:ArchiveClassesAtExit=" + archive);
        making.replaceAll(word -> word.equals(Child.CLASSES) ? classes.toString() : word);
        assertThat(Child.run(making).exit()).isZero();
        List<String> using = Child.command(
                jdk, HelloApp.class, "-XX:SharedArchiveFile=" + archive, "-Xlog:class+load", Child.javaagent());
        using.replaceAll(word -> word.equals(Child.CLASSES) ? classes.toString() : word);
        Child.Finished hello = Child.run(using);
        assertThat(hello.errors()).isEmpty();
        assertThat(hello.output())
                .contains(HelloApp.HELLO)
                .anyMatch(
                        line -> line.contains(HelloApp.class.getName()) && line.contains("shared objects file (top)"));
    }

    @OnEveryJdk
    void noSocketOfALaterAgentsPremainIsMissed(Jdk jdk) throws Exception {
        assertAllSeen(early(jdk, When.AGENT, Child.javaagent(), OtherAgent.javaagent(folder, "socket")));
    }

    /** What was closed before the agent came cannot be counted; its classes are loaded, and woven all the same. */
    @OnEveryJdk
    void anEarlierAgentMayHaveUsedSockets(Jdk jdk) throws Exception {
        assertAllSeen(early(jdk, When.FIRST, OtherAgent.javaagent(folder, "socket"), Child.javaagent()));
    }

    private static List<String> early(Jdk jdk, When when, String... jvmOptions) {
        List<String> command = Child.command(jdk, EarlyApp.class, jvmOptions);
        command.add(when.name());
        return command;
    }

    private static void assertAllSeen(List<String> command) throws Exception {
        assertAllSeen(command, 0);
    }

    /** @param more connections than the application tells */
    private static void assertAllSeen(List<String> command, int more) throws Exception {
        try (ChildProcess app = Child.start(command)) {
            long opened = Long.parseLong(app.line()) + more;
            assertThat(Long.parseLong(app.line())).as("milliseconds").isLessThan(LONGEST_WAIT_MILLIS);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(opened));
            assertThat(Child.number(app, "type=Jvm", "Accepted")).isEqualTo(opened);
            assertThat(Child.number(app, "type=Jvm", "Closed")).isEqualTo(2 * opened);
            assertThat(Child.number(app, "type=Jvm", "Live")).isZero();
            assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
            assertThat(app.end()).as(app.errors()).isZero();
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void theSecondOfTwoOnTheCommandLineIsRefused(Jdk jdk) throws Exception {
        Path copy = Files.copy(Child.AGENT, folder.resolve("copy.jar"));
        for (String second : List.of(Child.javaagent(), "-javaagent:" + copy)) {
            try (ChildProcess app = Child.start(early(jdk, When.FIRST, Child.javaagent(), second))) {
                assertThat(app.line()).isEqualTo("1");
                app.line();
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(Child.number(app, "type=Jvm", "Opened"))
                                .isEqualTo(1));
                assertThat(Child.number(app, "type=Jvm", "Accepted")).isEqualTo(1);
                assertThat(app.end()).isZero();
                assertThat(app.errors()).hasLineCount(1).contains(SECOND);
            }
        }
    }

    /** Also while the first has not shown an MBean yet. */
    @OnEveryJdk
    void attachingWhereItIsAlreadyIsRefused(Jdk jdk) throws Exception {
        try (ChildProcess app = Child.start(early(jdk, When.FIRST, Child.javaagent()))) {
            app.line();
            app.line();
            for (int i = 0; i < 2; i++) {
                Child.Finished attached = Child.cli(jdk, "attach", Long.toString(app.pid()));
                assertThat(attached.exit()).as(attached.errors()).isEqualTo(1);
                assertThat(attached.errors()).contains("already");
                assertThat(attached.output()).isEmpty();
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(Child.number(app, "type=Jvm", "Opened"))
                                .isEqualTo(1));
            }
            assertThat(app.end()).isZero();
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void theApplicationSeesTheLauncherAlone(Jdk jdk) throws Exception {
        List<String> command = Child.command(jdk, VisibleApp.class, Child.javaagent());
        List<String> hidden = List.of(
                "org.objectweb.asm.ClassReader",
                "net.bytebuddy.agent.VirtualMachine",
                "picocli.CommandLine",
                "org.weakref.jmx.MBeanExporter",
                "dev.tcphealth.TcpHealth",
                "dev.tcphealth.weaver.AgentSession");
        command.addAll(hidden);
        command.add(LAUNCHER);
        Child.Finished seen = Child.run(command);
        List<String> expected = new ArrayList<>();
        hidden.forEach(name -> expected.add(name + " nothing nothing"));
        expected.add(LAUNCHER + " app dev/tcphealth/launcher/Launcher.class");
        assertThat(seen.output()).isEqualTo(expected);
        assertThat(seen.errors()).isEmpty();
    }

    /** Both ways: the agent must not get the application's either. */
    @OnEveryJdk
    void anApplicationHasItsOwnAsm(Jdk jdk) throws Exception {
        compile("org/objectweb/asm/ClassReader.java", "package org.objectweb.asm; public class ClassReader {}");
        List<String> command = early(jdk, When.FIRST, Child.javaagent());
        Child.addToClassPath(command, folder);
        assertAllSeen(command);

        List<String> looking = Child.command(jdk, VisibleApp.class, Child.javaagent());
        Child.addToClassPath(looking, folder);
        looking.addAll(List.of("org.objectweb.asm.ClassReader", "org.objectweb.asm.ClassWriter"));
        assertThat(Child.run(looking).output())
                .containsExactly(
                        "org.objectweb.asm.ClassReader app org/objectweb/asm/ClassReader.class",
                        "org.objectweb.asm.ClassWriter nothing nothing");
    }

    /** The JVM believes classes of java.base without it. */
    @OnEveryJdk
    void wovenCodeWouldPassTheVerifier(Jdk jdk) throws Exception {
        assertAllSeen(early(
                jdk,
                When.THREADS,
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+BytecodeVerificationLocal",
                Child.javaagent()));
    }
}
