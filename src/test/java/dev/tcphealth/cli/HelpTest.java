package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.config.Option;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "lst             | there is no command 'lst'",
                "list extra      | unexpected argument 'extra'",
                "report 1 extra  | unexpected argument 'extra'",
                "report 1 --bog  | there is no option '--bog'",
                "--bog           | there is no option '--bog'",
                "report 999999999999 | '999999999999' is not a process id: it is a number from 1 to 2147483647",
                "report 2147483648   | '2147483648' is not a process id: it is a number from 1 to 2147483647",
                "report 1 --timeout=999999999999 | --timeout '999999999999' is not a number of seconds from 1 to 999999",
                "attach 1 intervall=5s | unknown option 'intervall': did you mean 'interval'? attach --help",
                "attach 1 depth=1,,app=x | an option is empty: remove the second comma",
            })
    void mistakesAreNamed(String line, String told) {
        Cli cli = Cli.run(AGENT, (Object[]) line.split(" ", -1));
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).hasLineCount(1).startsWith("tcp-health: " + told);
    }

    @Test
    void theHelpOfAttachListsTheOptionsOfTheAgent() {
        String help = Cli.run(AGENT, "attach", "--help").out().replaceAll("\\s+", " ");
        for (Option option : Option.values()) {
            assertThat(help).contains(" " + option.key() + " " + option.help() + ". " + option.choice() + ".");
        }
    }

    @Test
    void theVersionIsTheJars(@TempDir Path folder) throws Exception {
        Path jar = TestJars.contractAgent(folder.resolve("agent.jar"));
        assertThat(Cli.run(jar, "--version")).isEqualTo(new Cli(0, "tcp-health 9.8.7\n", ""));
        assertThat(Cli.run(AGENT, "--version").out()).isEqualTo("tcp-health (unknown version)\n");
    }
}
