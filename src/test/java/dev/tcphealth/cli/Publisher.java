package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts {@link PublishingApp}, and commands that read it. Whoever starts it closes it. */
final class Publisher implements AutoCloseable {
    private static final Path AGENT = Path.of("/nowhere/tcp-health-agent.jar");

    private final Jdk jdk;
    private final ChildProcess app;

    private Publisher(Jdk jdk, ChildProcess app) {
        this.jdk = jdk;
        this.app = app;
    }

    static Publisher start(Jdk jdk, Map<String, String> environment, String... jvmOptions)
            throws IOException, InterruptedException {
        String[] command = Child.javaCommand(
                jdk.tool("java"), TestJars.location(PublishingApp.class).toString(), jvmOptions);
        command[command.length - 1] = PublishingApp.class.getName();
        Publisher publisher = new Publisher(
                jdk, ChildProcess.start(List.of(command), environment).await("ready"));
        publisher.publish(AgentProperty.VERSION, "1.2.3");
        return publisher;
    }

    /** Empty: no longer. */
    void publish(AgentProperty property, String value) throws InterruptedException {
        StringBuilder line = new StringBuilder(property.key()).append('=');
        value.chars().forEach(c -> line.append(String.format("\\u%04x", c)));
        assertThat(app.ask(line.toString())).isEqualTo("published");
    }

    /** A command that is given this JVM, as a process of its own; as with the agent's jar, it may ask poll. */
    List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                jdk.tool("java"),
                "--add-opens",
                "java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CliMain.class.getName(),
                AGENT.toString()));
        command.addAll(List.of(words));
        command.add(Long.toString(app.pid()));
        return command;
    }

    Cli report(String... options) {
        List<Object> words = new ArrayList<>(List.of("report"));
        words.addAll(List.of(options));
        words.add(app.pid());
        return Cli.run(AGENT, words.toArray());
    }

    long pid() {
        return app.pid();
    }

    int end() throws InterruptedException {
        return app.end();
    }

    @Override
    public void close() {
        app.close();
    }
}
