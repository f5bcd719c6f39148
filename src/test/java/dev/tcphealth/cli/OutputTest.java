package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command whose results do not arrive has failed. */
class OutputTest {
    private static final Path AGENT = Path.of("/nowhere/tcp-health-agent.jar");

    @ParameterizedTest
    @ValueSource(strings = {"list --json", "host", "--help", "list --help", "--version"})
    void whatCannotBeWrittenIsAFailure(String line) {
        assertThat(run(line, "No space left on device"))
                .isEqualTo(new Cli(1, "", "tcp-health: cannot write the output: No space left on device\n"));
    }

    /** As head does, which has read enough. */
    @ParameterizedTest
    @ValueSource(strings = {"list --json", "host", "--help", "--version"})
    void aReaderThatHasGoneIsNone(String line) {
        assertThat(run(line, "Broken pipe")).isEqualTo(new Cli(0, "", ""));
    }

    private static Cli run(String line, String reason) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(reason);
            }
        };
        int exit = Main.run(line.split(" ", -1), AGENT, full, err, UTF_8);
        return new Cli(exit, "", err.toString(UTF_8));
    }

    @Test
    void aReportToAFullDisk() throws Exception {
        try (Publisher jvm = Publisher.start(Jdk.newest(), Map.of())) {
            jvm.publish(AgentProperty.REPORT_JSON, "{}");
            String report = String.join(" ", jvm.command("report", "--json"));
            try (ChildProcess shell = ChildProcess.start(List.of("/bin/sh", "-c", report + " > /dev/full"))) {
                assertThat(shell.end()).isEqualTo(1);
                assertThat(shell.errors()).hasLineCount(1).startsWith("tcp-health: cannot write the output: ");
            }
        }
    }
}
