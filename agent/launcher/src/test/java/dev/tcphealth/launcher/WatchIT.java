package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code watch}: findings as they come and go in a real JVM. */
class WatchIT {

    private static final String TIME = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d ";

    @OnEveryJdk
    void tellsWhatIsRaisedAndClearedUntilTheJvmEnds(Jdk jdk) throws Exception {
        try (ChildProcess peer = Child.start(Child.command(jdk, PeerApp.class));
                ChildProcess app = Child.start(Child.command(jdk, SocketApp.class, Child.javaagent("close-wait=1s")))) {
            String port = peer.line();
            app.await("ready");
            Child.awaitSamples(app, 1);
            try (ChildProcess early = watch(jdk, app)) {
                awaitErrors(early, "no findings now");
                assertThat(app.ask("leaveC " + port + " 2")).isEqualTo("done");
                assertThat(early.line()).matches(TIME + "RAISED (WARNING|CRITICAL): .*pathC.*");
                try (ChildProcess late = watch(jdk, app)) {
                    awaitErrors(late, "1 finding now");
                    assertThat(late.line()).matches(TIME + "ACTIVE (WARNING|CRITICAL): .*pathC.*");
                    assertThat(app.ask("closeAll")).isEqualTo("done");
                    assertThat(early.line()).matches(TIME + "CLEARED (WARNING|CRITICAL): .*pathC.*");
                    assertThat(late.line()).matches(TIME + "CLEARED (WARNING|CRITICAL): .*pathC.*");
                    assertThat(app.end()).isZero();
                    assertThat(early.end()).as(early.errors()).isZero();
                    assertThat(late.end()).as(late.errors()).isZero();
                    assertThat(early.errors()).contains("has ended.");
                    assertThat(early.rest()).isEmpty();
                    assertThat(late.rest()).isEmpty();
                }
            }
            assertThat(app.errors()).isEmpty();
        }
    }

    @OnEveryJdk
    void endsWhenTheAgentIsDetached(Jdk jdk) throws Exception {
        try (ChildProcess app = Child.start(Child.command(jdk, SocketApp.class, Child.javaagent()))) {
            app.await("ready");
            Child.awaitSamples(app, 1);
            try (ChildProcess watch = watch(jdk, app)) {
                awaitErrors(watch, "no findings now");
                Child.Finished detached = Child.cli(jdk, "detach", Long.toString(app.pid()));
                assertThat(detached.exit()).as(detached.errors()).isZero();
                assertThat(watch.end()).isEqualTo(6);
                assertThat(watch.errors()).contains("has been detached");
            }
            Child.Finished again = Child.cli(jdk, "watch", Long.toString(app.pid()));
            assertThat(again.exit()).isEqualTo(6);
            assertThat(again.errors()).hasLineCount(1).contains("is not in JVM " + app.pid());
        }
    }

    /** It prints nothing by which it would learn that nobody reads it. */
    @OnEveryJdk
    void endsWhenItsReaderHasGone(Jdk jdk) throws Exception {
        try (ChildProcess peer = Child.start(Child.command(jdk, PeerApp.class));
                ChildProcess app = Child.start(Child.command(jdk, SocketApp.class, Child.javaagent("close-wait=1s")))) {
            String port = peer.line();
            app.await("ready");
            assertThat(app.ask("leaveC " + port + " 2")).isEqualTo("done");
            String watch = jdk.tool("java") + " -jar " + Child.AGENT + " watch " + app.pid();
            Child.Finished head = Child.run(List.of("/bin/sh", "-c", watch + " | head -1"));
            assertThat(head.exit()).as(head.errors()).isZero();
            assertThat(head.output()).singleElement().asString().contains("pathC");
            assertThat(head.errors()).doesNotContain("has ended");
            assertThat(app.end()).isZero();
        }
    }

    private static ChildProcess watch(Jdk jdk, ChildProcess app) throws IOException {
        return Child.start(
                List.of(jdk.tool("java"), "-jar", Child.AGENT.toString(), "watch", Long.toString(app.pid())));
    }

    private static void awaitErrors(ChildProcess watch, String words) {
        await().atMost(Duration.ofSeconds(30))
                .failFast(() -> !watch.alive())
                .until(() -> watch.errors().contains(words));
    }
}
