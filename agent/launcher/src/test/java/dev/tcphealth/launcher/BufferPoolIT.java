package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.util.List;

/** What the JVM counts as direct buffers, and limits by MaxDirectMemorySize, is the application's alone. */
class BufferPoolIT {

    private static final int CONNECTIONS = 200;

    @OnEveryJdk
    void thereAreAsManyDirectBuffersAsWithoutTheAgent(Jdk jdk) throws Exception {
        try (ChildProcess peer = Child.start(Child.command(jdk, PeerApp.class))) {
            String port = peer.line();
            String without = buffers(jdk, port, false);
            assertThat(buffers(jdk, port, true)).isEqualTo(without);
        }
    }

    private static String buffers(Jdk jdk, String port, boolean withAgent) throws Exception {
        String agent = withAgent ? Child.javaagent() : "-Dnone=yes";
        try (ChildProcess app = Child.start(Child.command(jdk, SocketApp.class, agent))) {
            app.await("ready");
            // Makes the platform's MBean server, for which the JDK reads files on the thread that asks first.
            app.ask("jmx type=Agent Samples");
            traffic(app, port);
            if (withAgent) {
                Child.awaitSamples(app, 2);
            }
            traffic(app, port);
            if (withAgent) {
                Child.awaitSamples(app, 2);
                assertThat(app.ask("jmx type=Agent NativeAccess")).doesNotContain("none");
                assertThat(Child.number(app, "type=Agent", "EstimatedBytes")).isPositive();
            }
            return app.ask("direct");
        }
    }

    private static void traffic(ChildProcess app, String port) throws InterruptedException {
        for (String path : List.of("closeA", "closeB")) {
            assertThat(app.ask(path + " " + port + " " + CONNECTIONS)).isEqualTo("done");
        }
        assertThat(app.ask("leaveC " + port + " 20")).isEqualTo("done");
        assertThat(app.ask("closeAll")).isEqualTo("done");
    }
}
