package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.tools.attach.VirtualMachine;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Detached, the agent leaves a JVM that is as it was before, but for the launcher's few classes and the empty hook. */
class DetachIT {

    private static final Pattern CALL = Pattern.compile("invokestatic .*TcpHealthHook\\.(\\w+)");

    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    private Path folder = Path.of("");

    @OnEveryJdk
    void nothingStaysOfAnAgentThatStartedWithTheApplication(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk, Child.javaagent())) {
            assertWorks(app);
            detach(jdk, app);
            assertNothingLeft(jdk, app);

            attach(jdk, app);
            assertWorks(app);
            detach(jdk, app);
            assertNothingLeft(jdk, app);
            assertThat(app.end()).isZero();
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void nothingStaysOfAnAttachedAgent(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk)) {
            app.ask("traffic");
            attach(jdk, app);
            assertWorks(app);
            detach(jdk, app);
            assertNothingLeft(jdk, app);
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void againAndAgain(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk)) {
            app.ask("traffic");
            List<long[]> counts = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                assertThat(tell(app, "@attach", "interval=1s")).isEqualTo("ok");
                assertWorks(app);
                assertThat(tell(app, "@detach", "")).isEqualTo("ok");
                load(app, OtherAgent.jar(folder), "");
                await().atMost(SOON).until(() -> counts(app)[1] == 0);
                counts.add(counts(app));
            }
            // The first rounds load classes of the JDK. Two lambdas of NioSocketImpl are made anew by each
            // redefinition,
            // and stay as long as it does.
            long[] early = counts.get(2);
            long[] last = counts.get(5);
            assertThat(last[0]).as("loaded classes").isBetween(early[0] - 30, early[0] + 30);
            assertThat(last[2]).as("threads").isEqualTo(early[2]);
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void underLoad(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk, Child.javaagent())) {
            app.ask("work 8");
            for (int i = 0; i < 3; i++) {
                long before = exchanges(app.ask("exchanges"))[0];
                await().atMost(SOON).until(() -> Child.number(app, "type=Jvm", "Opened") > 0);
                assertThat(tell(app, "@detach", "")).isEqualTo("ok");
                long between = exchanges(app.ask("exchanges"))[0];
                await().atMost(SOON).until(() -> exchanges(app.ask("exchanges"))[0] > between + 20);
                assertThat(tell(app, "@attach", "interval=1s")).isEqualTo("ok");
                assertThat(between).isGreaterThan(before);
            }
            assertThat(exchanges(app.ask("stop"))[1]).as("failures").isZero();
            long now = Child.number(app, "type=Jvm", "Opened");
            app.ask("traffic");
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(Child.number(app, "type=Jvm", "Opened")).isGreaterThan(now));
            assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(Child.number(app, "type=Jvm", "Live")).isZero());
            assertThat(tell(app, "@detach", "")).isEqualTo("ok");
            assertNothingLeft(jdk, app);
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void whileItIsStarting(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk, Child.javaagent())) {
            assertThat(tell(app, "@detach", "")).isEqualTo("ok");
            assertNothingLeft(jdk, app);
            assertThat(tell(app, "@detach", "")).isEqualTo("refused");
            attach(jdk, app);
            assertWorks(app);
            assertThat(app.errors()).isEmpty();
        }
    }

    private ChildProcess app(Jdk jdk, String... jvmOptions) throws Exception {
        List<String> all = new ArrayList<>(List.of(jvmOptions));
        // What the JDK's own caches hold softly may go at any time, and shall go now.
        all.add("-XX:SoftRefLRUPolicyMSPerMB=0");
        all.add("-Xlog:redefine+class+load=info:file=" + redefinitions());
        if (jdk.feature() >= 21) {
            all.add("-XX:+EnableDynamicAgentLoading");
        }
        return Child.start(Child.command(jdk, InspectedApp.class, all.toArray(String[]::new)))
                .await("ready");
    }

    private void assertWorks(ChildProcess app) throws Exception {
        await().atMost(SOON).until(() -> Child.number(app, "type=Jvm", "Opened") >= 0);
        long opened = Child.number(app, "type=Jvm", "Opened");
        long closed = Child.number(app, "type=Jvm", "Closed");
        assertThat(app.ask("traffic")).isEqualTo("done");
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(Child.number(app, "type=Jvm", "Opened")).isEqualTo(opened + 1);
            assertThat(Child.number(app, "type=Jvm", "Closed")).isEqualTo(closed + 2);
        });
        assertThat(callsOfTheHook(app)).contains("opened", "accepted", "connecting", "closing", "released");
        assertThat(app.ask("threads")).contains("tcp-health");
        assertThat(properties(app)).containsKey("tcphealth.version");
    }

    private void assertNothingLeft(Jdk jdk, ChildProcess app) throws Exception {
        assertThat(callsOfTheHook(app)).isEmpty();
        assertThat(app.ask("names")).isEqualTo("[]");
        assertThat(app.ask("threads")).isEmpty();
        assertThat(properties(app).keySet()).noneMatch(key -> key.toString().startsWith("tcphealth"));
        assertThat(app.ask("traffic")).isEqualTo("done");
        await().atMost(SOON).until(() -> counts(app)[1] == 0);
        Child.Finished histogram = Child.run(List.of(jdk.tool("jcmd"), Long.toString(app.pid()), "GC.class_histogram"));
        assertThat(histogram.output())
                .anyMatch(line -> line.contains(InspectedApp.class.getPackageName()))
                .noneMatch(line -> line.contains(" org.objectweb.asm"))
                .noneMatch(line -> line.contains("org.weakref"))
                .noneMatch(line -> line.contains("dev.tcphealth.") && !line.contains("dev.tcphealth.launcher."))
                .noneMatch(line -> line.contains("IsolatingLoader"));
    }

    /**
     * The methods of the hook that the JDK's socket classes call. Their names do not count: a JVM that has not kept the
     * original class file writes it anew for the next agent, with a constant pool that has grown.
     */
    private Set<String> callsOfTheHook(ChildProcess app) throws Exception {
        load(app, OtherAgent.jar(folder), "");
        Path dump = Files.createTempDirectory(folder, "classes");
        assertThat(app.ask("dump " + dump)).isEqualTo("done");
        List<String> arguments = new ArrayList<>(List.of("-p", "-c"));
        try (Stream<Path> files = Files.list(dump)) {
            files.forEach(file -> arguments.add(file.toString()));
        }
        assertThat(arguments).anyMatch(file -> file.endsWith("/Net.class"));
        StringWriter code = new StringWriter();
        PrintWriter out = new PrintWriter(code);
        assertThat(ToolProvider.findFirst("javap").orElseThrow().run(out, out, arguments.toArray(String[]::new)))
                .isZero();
        return CALL.matcher(code.toString())
                .results()
                .map(call -> call.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static long[] counts(ChildProcess app) throws InterruptedException {
        return exchanges(app.ask("counts"));
    }

    private static long[] exchanges(String answer) {
        return Arrays.stream(answer.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    private static void attach(Jdk jdk, ChildProcess app) throws Exception {
        Child.Finished attached = Child.cli(jdk, "attach", Long.toString(app.pid()), "interval=1s");
        assertThat(attached.exit()).as(attached.errors()).isZero();
    }

    /**
     * Detaches, and looks whether the JVM was told to make every woven class anew. That what it made of them does not
     * call the hook is seen later: another agent is shown the original in any case.
     */
    private void detach(Jdk jdk, ChildProcess app) throws Exception {
        int before = Files.readAllLines(redefinitions()).size();
        Child.Finished detached = Child.cli(jdk, "detach", Long.toString(app.pid()));
        assertThat(detached.exit()).as(detached.errors()).isZero();
        List<String> log = Files.readAllLines(redefinitions());
        String redefined = String.join("\n", log.subList(before, log.size()));
        assertThat(redefined)
                .contains(Stream.of(
                                "Net",
                                "NioSocketImpl",
                                "SocketChannelImpl",
                                "ServerSocketChannelImpl",
                                "UnixAsynchronousSocketChannelImpl",
                                "UnixAsynchronousServerSocketChannelImpl")
                        .map(name -> "redefined name=sun.nio.ch." + name + ",")
                        .toList())
                .containsPattern("redefined name=sun.nio.ch.(Socket|Unix)Dispatcher,");
    }

    private Path redefinitions() {
        return folder.resolve("redefinitions.log");
    }

    private static Map<Object, Object> properties(ChildProcess app) throws Exception {
        VirtualMachine jvm = VirtualMachine.attach(Long.toString(app.pid()));
        try {
            return Map.copyOf(jvm.getAgentProperties());
        } finally {
            jvm.detach();
        }
    }

    /** What the command line does, without a JVM for each word: gives the verdict of the agent's reply. */
    private static String tell(ChildProcess app, String word, String options) throws Exception {
        String nonce = UUID.randomUUID().toString();
        load(app, Child.AGENT, word + "," + nonce + "," + options);
        String[] reply =
                String.valueOf(properties(app).get("dev.tcphealth.reply")).split("\n", -1);
        assertThat(reply).hasSize(3).startsWith(nonce);
        return reply[1];
    }

    private static void load(ChildProcess app, Path agent, String arguments) throws Exception {
        VirtualMachine jvm = VirtualMachine.attach(Long.toString(app.pid()));
        try {
            jvm.loadAgent(agent.toString(), arguments);
        } finally {
            jvm.detach();
        }
    }
}
