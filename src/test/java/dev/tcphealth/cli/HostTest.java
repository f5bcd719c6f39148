package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.kernel.HostReader;
import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Network;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {
    private static final Path AGENT = Path.of("/nowhere/tcp-health-agent.jar");
    /** Both print two decimals, and round a half differently. */
    private static final double ROUNDING = 0.01 + 1e-6;

    @TempDir
    Path folder;

    @Test
    void saysWhatSarSays() throws Exception {
        Path sadc = program("sadc");
        program("sar");
        program("ip");
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root for a network namespace");
        String output;
        try (Network network = new Network()) {
            output = network.runInside(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    HostBesideSar.class.getName(),
                    sadc.toString(),
                    folder.resolve("sa").toString());
        }
        String[] pages = output.split("-- ours\n", -1);
        assertThat(pages).as(output).hasSize(2);
        SarPage sar = SarPage.parse(pages[0]);
        SarPage ours = SarPage.parse(pages[1]);
        assertThat(ours.heads())
                .as(output)
                .containsExactlyElementsOf(sar.heads())
                .hasSize(3);
        same(output, ours.intervals(), sar.intervals(), 3);
        same(output, ours.averages(), sar.averages(), 1);
        for (String moved : List.of("active/s", "passive/s", "iseg/s", "oseg/s", "atmptf/s", "estres/s", "orsts/s")) {
            assertThat(ours.intervals().get(moved)).as(moved).allMatch(value -> value > 0);
        }
    }

    private static void same(String output, Map<String, List<Double>> ours, Map<String, List<Double>> sar, int lines) {
        assertThat(ours.keySet()).containsExactlyElementsOf(sar.keySet());
        ours.forEach((column, values) -> {
            List<Double> theirs = sar.getOrDefault(column, List.of());
            assertThat(values).as(column).hasSize(lines);
            assertThat(theirs).as(column).hasSize(lines);
            for (int i = 0; i < lines; i++) {
                double expected = column.equals("lo:%ifutil") ? -1 : theirs.get(i);
                assertThat(values.get(i)).as(column + "\n" + output).isCloseTo(expected, within(ROUNDING));
            }
        });
    }

    @Test
    void printsAsManyIntervalsAsAskedAndTheAverages() {
        Cli host = Cli.run(AGENT, "host", 1, 2);
        assertThat(host.exit()).isZero();
        assertThat(host.err()).isEmpty();
        SarPage page = SarPage.parse(host.out());
        assertThat(page.intervals().get("oseg/s")).hasSize(2).allMatch(rate -> rate >= 0);
        assertThat(page.averages().get("lo:rxpck/s")).hasSize(1);
        assertThat(host.out()).startsWith("Linux ").containsPattern("\n\\d\\d:\\d\\d:\\d\\d    retransmissions ");
        assertThat(host.out().lines().filter(line -> line.contains("retransmissions ")))
                .hasSize(3);
        assertThat(host.out().lines().reduce("", (before, line) -> line)).startsWith("Average:    retransmissions ");
    }

    @Test
    void withoutAnIntervalItLooksOnce() {
        Cli host = Cli.run(AGENT, "host");
        assertThat(host.exit()).isZero();
        assertThat(SarPage.parse(host.out()).intervals().get("oseg/s")).hasSize(1);
    }

    @Test
    void anInterruptEndsItWithTheAverages() throws Exception {
        // A shell's background job ignores the signal, and so would a JVM that inherits that.
        try (ChildProcess child = ChildProcess.start(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CliMain.class.getName(),
                AGENT.toString(),
                "host",
                "1"))) {
            String line = child.line();
            while (!line.contains("retransmissions ")) {
                line = child.line();
            }
            child.signal("INT");
            child.end();
            assertThat(child.printed()).last().asString().startsWith("Average:    retransmissions ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "1.5", "99999999999999999999", "1 0", "1 -1", "1 x", "1 2 3", "''"})
    void mistakesGetOneLine(String arguments) {
        List<Object> words = new ArrayList<>(List.of("host"));
        words.addAll(List.of(arguments.replace("'", "").split(" ", -1)));
        Cli host = Cli.run(AGENT, words.toArray());
        assertThat(host.exit()).isEqualTo(2);
        assertThat(host.out()).isEmpty();
        assertThat(host.err()).hasLineCount(1).startsWith("tcp-health: ").contains("host --help");
    }

    @Test
    void whereTheKernelSaysNothingItSaysSo() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        HostReport report = new HostReport(
                new HostReader(folder.resolve("none"), folder, System::nanoTime),
                () -> LocalTime.NOON,
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
        assertThatThrownBy(report::begin).isInstanceOf(CommandFailure.class).hasMessageContaining("says nothing");
        assertThat(err.toString(UTF_8)).hasLineCount(1).contains("no such folder");
        assertThat(out.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1      | 0    | not known",
                "5000    | -1   | not known",
                "0       | 0    | not enough data (0 segments sent, 1,000 needed)",
                "999     | 999  | not enough data (999 segments sent, 1,000 needed)",
                "1000    | 0    | 0.0000 % of 1,000 segments: fine, also on a local network (limit 0.01 %)",
                "10000   | 1    | 0.0100 % of 10,000 segments: fine, also on a local network (limit 0.01 %)",
                "1000    | 1    | 0.1000 % of 1,000 segments: fine over distance (limit 0.5 %), too few to judge by on a"
                        + " local network (limit 0.01 %)",
                "100000  | 50   | 0.0500 % of 100,000 segments: too high on a local network (limit 0.01 %), fine over"
                        + " distance (limit 0.5 %)",
                "1000    | 6    | 0.6000 % of 1,000 segments: more than either limit allows, but too few to judge by",
                "1000    | 50   | 5.0000 % of 1,000 segments: too high, even over distance (limit 0.5 %)",
            })
    void judges(long sent, long retransmitted, String verdict) {
        assertThat(RetransmissionVerdict.of(sent, retransmitted)).isEqualTo(verdict);
    }

    private static Path program(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("")
                + ":/usr/sbin:/sbin:/usr/bin:/usr/lib/sysstat:/usr/lib/sa:/usr/lib64/sa";
        Optional<Path> program = Stream.of(path.split(":", -1))
                .filter(place -> !place.isEmpty())
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "needs " + name + " (packages iproute2 and sysstat)");
        return program.orElseThrow();
    }
}
