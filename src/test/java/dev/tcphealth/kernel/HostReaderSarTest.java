package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.testing.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link HostReader} against the real sar, over the same traffic in a network namespace of its own. */
class HostReaderSarTest {

    /** sar prints two decimals. */
    private static final double ROUNDING = 0.005 + 1e-6;

    private static final List<String> MOVED = List.of(
            "active/s",
            "passive/s",
            "iseg/s",
            "oseg/s",
            "atmptf/s",
            "estres/s",
            "orsts/s",
            "lo:rxpck/s",
            "lo:txpck/s",
            "lo:rxkB/s",
            "lo:txkB/s",
            "va:txpck/s",
            "va:txkB/s",
            "va:%ifutil",
            "vb:rxpck/s",
            "vb:rxkB/s",
            "vb:%ifutil");

    @TempDir
    Path folder;

    @Test
    void agreesWithSarInEveryColumn() throws Exception {
        program("ip");
        Path sadc = program("sadc");
        program("sar");
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root for a network namespace");
        Optional<Path> nft = find("nft");

        String output;
        try (Network network = new Network()) {
            network.runInside("ip", "link", "add", "va", "type", "veth", "peer", "name", "vb");
            for (String veth : List.of("va", "vb")) {
                // Else they send router solicitations and multicast reports of their own accord.
                network.set("net/ipv6/conf/" + veth + "/disable_ipv6", "1");
                network.runInside("ip", "link", "set", veth, "up");
            }
            network.runInside("ip", "address", "add", "192.0.2.1/24", "dev", "va");
            network.runInside("ip", "neighbour", "add", "192.0.2.2", "lladdr", "02:00:00:00:00:02", "dev", "va");
            output = network.runInside(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    HostReaderBesideSar.class.getName(),
                    sadc.toString(),
                    folder.resolve("sa").toString(),
                    "192.0.2.2",
                    "9",
                    nft.map(Path::toString).orElse("-"));
        }

        Map<String, double[]> columns = new TreeMap<>();
        double ratio = Double.NaN;
        long[] counters = {0, 0};
        for (String line : output.lines().toList()) {
            List<String> words = Words.of(line);
            switch (words.get(0)) {
                case "column" ->
                    columns.put(
                            words.get(1),
                            new double[] {Double.parseDouble(words.get(2)), Double.parseDouble(words.get(3))});
                case "ratio" -> ratio = Double.parseDouble(words.get(1));
                case "counters" -> counters = new long[] {Long.parseLong(words.get(1)), Long.parseLong(words.get(2))};
                default -> throw new IllegalStateException(output);
            }
        }
        assertThat(columns).as(output).hasSize(9 + 3 * 8);
        columns.forEach((column, values) -> {
            if (column.equals("lo:%ifutil")) {
                assertThat(values).as("sar says 0 where the speed is not known").containsExactly(Double.NaN, 0);
            } else {
                assertThat(values[0]).as(column).isCloseTo(values[1], within(ROUNDING));
            }
        });
        Map<String, Double> sar = new TreeMap<>();
        columns.forEach((column, values) -> sar.put(column, values[1]));
        assertThat(MOVED)
                .allSatisfy(column ->
                        assertThat(SarReport.get(sar, column)).as(column).isPositive());
        if (nft.isPresent()) {
            assertThat(SarReport.get(sar, "retrans/s")).isPositive();
            assertThat(ratio).isPositive().isLessThan((double) counters[1] / counters[0]);
        }
    }

    private static Path program(String name) {
        Optional<Path> program = find(name);
        assumeTrue(program.isPresent(), "needs " + name + " (packages iproute2 and sysstat)");
        return program.orElseThrow();
    }

    private static Optional<Path> find(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("")
                + ":/usr/sbin:/sbin:/usr/bin:/usr/lib/sysstat:/usr/lib/sa:/usr/lib64/sa";
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
