package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {
    private static final Path AGENT = Path.of("/nowhere/tcp-health-agent.jar");

    @ParameterizedTest
    @ValueSource(strings = {"", " list", " attach", " detach", " report", " watch", " host"})
    void everyHelpShowsItsUseAndTheExitCodes(String command) {
        Cli help = Cli.run(AGENT, (Object[]) (command + " --help").trim().split(" ", -1));
        assertThat(help.exit()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).startsWith("Usage: java -jar tcp-health-agent.jar" + command + " ");
        for (ExitCode exit : ExitCode.values()) {
            assertThat(help.out()).contains("  " + exit.code() + "   ");
        }
    }

    @Test
    void withoutArgumentsItShowsItsUse() {
        Cli cli = Cli.run(AGENT);
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).contains("Usage: ", "attach", "report");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bogus", "list x", "attach", "report 1 --bogus", "attach 1 --timeout 0", "attach 1 --timeout x"})
    void mistakesGetOneLine(String line) {
        Cli cli = Cli.run(AGENT, (Object[]) line.split(" ", -1));
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).hasLineCount(1).startsWith("tcp-health: ").contains("--help");
    }

    @Test
    void theVersionIsTheJars(@TempDir Path folder) throws Exception {
        Path jar = TestJars.contractAgent(folder.resolve("agent.jar"));
        assertThat(Cli.run(jar, "--version")).isEqualTo(new Cli(0, "tcp-health 9.8.7\n", ""));
        assertThat(Cli.run(AGENT, "--version").out()).isEqualTo("tcp-health (unknown version)\n");
    }
}
