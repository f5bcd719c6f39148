package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.time.Duration;
import java.util.List;

/** What the agent may do inside the JVM the application may not, and what is the application's is left alone. */
class InsideIT {

    @OnEveryJdk
    void theApplicationGetsNothingOfWhatTheAgentHas(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk, Child.javaagent())) {
            Child.awaitSamples(app, 2);
            assertThat(app.ask("pry")).matches("[1-9]\\d* loaders, got \\[]");
        }
    }

    @OnEveryJdk
    void norOfAnAttachedAgent(Jdk jdk) throws Exception {
        List<String> options = jdk.feature() < 21 ? List.of() : List.of("-XX:+EnableDynamicAgentLoading");
        try (ChildProcess app = app(jdk, options.toArray(String[]::new))) {
            Child.Finished attached = Child.cli(jdk, "attach", Long.toString(app.pid()), "interval=1s");
            assertThat(attached.exit()).as(attached.errors()).isZero();
            assertThat(app.ask("pry")).matches("[1-9]\\d* loaders, got \\[]");
            assertThat(app.ask("traffic")).isEqualTo("done");
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void noThreadOfTheApplicationIsAskedForItsId(Jdk jdk) throws Exception {
        try (ChildProcess app = app(jdk, Child.javaagent())) {
            Child.awaitSamples(app, 1);
            assertThat(app.ask("traffic")).isEqualTo("done");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(Child.number(app, "type=Jvm", "Closed")).isEqualTo(2));
            assertThat(app.ask("ids")).isEqualTo("0");
            assertThat(Child.number(app, "type=Agent", "ErrorsSwallowed")).isZero();
        }
    }

    /** They would have the agent's JNA load another version's library, or none. */
    @OnEveryJdk
    void theApplicationsOptionsOfJnaAreItsOwn(Jdk jdk) throws Exception {
        List<String> own = List.of("jna.boot.library.path=/nowhere", "jna.nosys=true", "jna.nounpack=true");
        String[] options = own.stream().map(option -> "-D" + option).toArray(String[]::new);
        List<String> command = Child.command(jdk, PryingApp.class, options);
        command.add(1, Child.javaagent());
        try (ChildProcess app = Child.start(command).await("ready")) {
            Child.awaitSamples(app, 1);
            assertThat(app.ask("jmx type=Agent NativeAccess")).doesNotContain("none");
            assertThat(app.ask("properties")).isEqualTo(own.toString());
        }
    }

    private static ChildProcess app(Jdk jdk, String... jvmOptions) throws Exception {
        return Child.start(Child.command(jdk, PryingApp.class, jvmOptions)).await("ready");
    }
}
