package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostReaderTest {

    private static final Map<String, String> FILES = new TreeMap<>(Map.ofEntries(
            Map.entry("net/snmp", Captured.SNMP),
            Map.entry("net/netstat", Captured.NETSTAT),
            Map.entry("net/dev", Captured.DEV),
            Map.entry("net/sockstat", Captured.SOCKSTAT),
            Map.entry("net/sockstat6", Captured.SOCKSTAT6),
            Map.entry("self/limits", Captured.LIMITS),
            Map.entry("sys/net/ipv4/ip_local_port_range", "32768\t60999\n"),
            Map.entry("sys/net/ipv4/ip_local_reserved_ports", "8080,40000-40009\n"),
            Map.entry("sys/net/ipv4/tcp_tw_reuse", "2\n"),
            Map.entry("sys/net/ipv4/tcp_max_tw_buckets", "131072\n"),
            Map.entry("sys/net/ipv4/tcp_max_orphans", "65536\n"),
            Map.entry("sys/net/core/somaxconn", "4096\n")));

    private static final List<String> NORMALLY_ABSENT = List.of("net/sockstat6", "sys/net/ipv4/tcp_max_orphans");

    private static final Sockstat SOCKSTAT = new Sockstat(10, 11, 0, 2, 24, 21);
    private static final Limits LIMITS = new Limits(32768, 60999, 10, 2, 1000, 131_072, 4096, 65_536, 20_000);
    private static final TcpCounters COUNTERS = new TcpCounters(17, 15, 2, 8, 18, 79, 79, 0, 0, 6, 0, 0, 0);

    @TempDir
    Path root;

    private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
    private Path proc = Path.of("");
    private HostReader reader = new HostReader();

    @BeforeEach
    void host() throws IOException {
        proc = root.resolve("proc");
        reader = new HostReader(proc, root.resolve("sys"), nanos::get);
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            write("proc/" + file.getKey(), file.getValue());
        }
        write("sys/class/net/va/speed", "10000\n");
        write("sys/class/net/va/duplex", "full\n");
        write("sys/class/net/vb/speed", "-1\n");
        write("sys/class/net/vb/duplex", "unknown\n");
    }

    @Test
    void theFirstSampleHasAllButRates() {
        HostSample sample = reader.sample();

        assertThat(sample)
                .isEqualTo(new HostSample(
                        TcpRates.UNKNOWN,
                        List.of(Rates.unknown("lo"), Rates.unknown("va"), Rates.unknown("vb")),
                        SOCKSTAT,
                        LIMITS,
                        COUNTERS,
                        List.of(),
                        List.of()));
    }

    @Test
    void theSecondSampleHasRatesSinceTheFirst() throws IOException {
        reader.sample();
        nanos.addAndGet(2_500_000_000L);
        write("proc/net/snmp", Captured.SNMP.replace(" -1 17 15 2 8 18 79 79 0 0 6", " -1 22 15 2 8 18 79 89 10 0 6"));
        write("proc/net/netstat", synRetransmits(5));
        write("proc/net/dev", Captured.DEV.replace("va:       0 ", "va: 25000000 "));

        HostSample sample = reader.sample();

        assertThat(sample.tcp()).isEqualTo(new TcpRates(2, 0, 0, 4, 0, 0, 4, 0, 0, 0.5));
        assertThat(sample.interfaces())
                .containsExactly(
                        new InterfaceRates("lo", 0, 0, 0, 0, 0, 0, 0, Double.NaN),
                        new InterfaceRates("va", 0, 0, 10_000_000 / 1024.0, 0, 0, 0, 0, 0.8),
                        new InterfaceRates("vb", 0, 0, 0, 0, 0, 0, 0, Double.NaN));
        assertThat(sample.missing()).isEmpty();
    }

    @Test
    void anInterfaceRegisteredAnewHasNoRatesForOneInterval() throws IOException {
        write("proc/net/dev", Captured.DEV.replace("va:       0 ", "va: 25000000 "));
        reader.sample();
        nanos.addAndGet(1_000_000_000L);
        write("proc/net/dev", Captured.DEV);
        assertThat(reader.sample().interfaces().get(1)).isEqualTo(Rates.unknown("va"));
        nanos.addAndGet(1_000_000_000L);
        assertThat(reader.sample().interfaces().get(1)).isEqualTo(new InterfaceRates("va", 0, 0, 0, 0, 0, 0, 0, 0));

        write("proc/net/dev", Captured.DEV.replaceFirst("(?m)^ *va:.*\n", ""));
        nanos.addAndGet(1_000_000_000L);
        assertThat(reader.sample().interfaces())
                .extracting(InterfaceRates::name)
                .containsExactly("lo", "vb");
        write("proc/net/dev", Captured.DEV);
        nanos.addAndGet(1_000_000_000L);
        assertThat(reader.sample().interfaces().get(1)).isEqualTo(Rates.unknown("va"));
    }

    @Test
    void speedIsReadOnceAMinute() throws IOException {
        assertThat(utilisation(1)).as("first").isNaN();
        assertThat(utilisation(1)).isEqualTo(0.08);
        write("sys/class/net/va/speed", "1000\n");
        assertThat(utilisation(59)).as("kept").isEqualTo(0.08);
        assertThat(utilisation(1)).as("read anew").isEqualTo(0.8);
        Files.delete(root.resolve("sys/class/net/va/speed"));
        assertThat(utilisation(59)).as("kept").isEqualTo(0.8);
        assertThat(utilisation(1)).isNaN();
    }

    @Test
    void speedIsReadAnewWhenTheInterfaceIsRegisteredAnew() throws IOException {
        utilisation(1);
        assertThat(utilisation(1)).isEqualTo(0.08);
        write("sys/class/net/va/speed", "1000\n");
        vaBytes = 0;
        assertThat(utilisation(1)).as("counters fell").isNaN();
        assertThat(utilisation(1)).isEqualTo(0.8);
    }

    @Test
    void filesLongerThanTheBufferAreReadWhole() throws IOException {
        StringBuilder many = new StringBuilder(Captured.DEV);
        for (int i = 0; i < 2000; i++) {
            many.append("  veth")
                    .append(i)
                    .append(": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")
                    .append(" ".repeat(50))
                    .append('\n');
        }
        write("proc/net/dev", many.toString());
        HostSample sample = reader.sample();
        assertThat(sample.missing()).isEmpty();
        assertThat(sample.interfaces()).hasSize(2003);
    }

    private long vaBytes;

    /** Of va, after so many seconds in each of which it received a megabyte. */
    private double utilisation(int seconds) throws IOException {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        vaBytes += seconds * 1_000_000L;
        write("proc/net/dev", Captured.DEV.replace("va:       0 ", "va: " + vaBytes + " "));
        HostSample sample = reader.sample();
        assertThat(sample.missing()).isEmpty();
        return sample.interfaces().get(1).utilisationPercent();
    }

    /** As in a container, and where IPv6 is off: nothing to report. */
    @Test
    void filesThatAreNormallyAbsentSomewhereAreNotMissed() throws IOException {
        for (String name : NORMALLY_ABSENT) {
            Files.delete(proc.resolve(name));
        }
        HostSample sample = reader.sample();
        assertThat(sample.missing()).isEmpty();
        assertThat(sample.sockstat()).isEqualTo(new Sockstat(10, -1, 0, 2, 24, 21));
        assertThat(sample.limits()).isEqualTo(new Limits(32768, 60999, 10, 2, 1000, 131_072, 4096, -1, 20_000));
    }

    /** A folder in a file's place, as root may read whatever there is. */
    @Test
    void filesThatAreThereAndCannotBeReadAreReported() throws IOException {
        for (String name : NORMALLY_ABSENT) {
            Files.delete(proc.resolve(name));
            Files.createDirectory(proc.resolve(name));
        }
        assertThat(reader.sample().missing())
                .hasSize(2)
                .allMatch(
                        line -> NORMALLY_ABSENT.stream().anyMatch(name -> line.startsWith(proc.resolve(name) + ": ")));
    }

    @Test
    void eachFileThatIsMissingIsOneLineAndTheRestWorks() throws IOException {
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            if (NORMALLY_ABSENT.contains(file.getKey())) {
                continue;
            }
            Files.delete(proc.resolve(file.getKey()));
            HostSample sample = reader.sample();
            assertThat(sample.missing())
                    .singleElement()
                    .asString()
                    .startsWith(proc.resolve(file.getKey()) + ": no such file: ")
                    .doesNotContain("\n");
            assertOthersStand(file.getKey(), sample);
            write("proc/" + file.getKey(), file.getValue());
        }
        assertThat(reader.sample().missing()).isEmpty();
    }

    @Test
    void eachFileThatIsNotUnderstoodIsOneLineAndTheRestWorks() throws IOException {
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            for (String text :
                    List.of("", "nonsense\n", "Tcp: x\nTcp: 1\nTcpExt: x\nTcpExt: 1\nTCP: x 1\nTCP6: x 1\n")) {
                write("proc/" + file.getKey(), text);
                HostSample sample = reader.sample();
                assertThat(sample.missing())
                        .as(file.getKey())
                        .singleElement()
                        .asString()
                        .startsWith(proc.resolve(file.getKey()) + ": not understood")
                        .doesNotContain("\n");
                assertOthersStand(file.getKey(), sample);
            }
            write("proc/" + file.getKey(), file.getValue());
        }
    }

    private static void assertOthersStand(String spoiled, HostSample sample) {
        boolean sockstat = spoiled.startsWith("net/sockstat");
        boolean limits = spoiled.startsWith("sys/") || spoiled.equals("self/limits");
        boolean counters = spoiled.equals("net/snmp") || spoiled.equals("net/netstat");
        assertThat(sample.sockstat().equals(SOCKSTAT)).as(spoiled).isEqualTo(!sockstat);
        assertThat(sample.limits().equals(LIMITS)).as(spoiled).isEqualTo(!limits);
        assertThat(sample.counters().equals(COUNTERS)).as(spoiled).isEqualTo(!counters);
        assertThat(sample.interfaces()).as(spoiled).hasSize(spoiled.equals("net/dev") ? 0 : 3);
    }

    @Test
    void aCounterTheKernelDoesNotHaveIsNamed() throws IOException {
        write("proc/net/netstat", Captured.NETSTAT.replace(" TCPSynRetrans ", " Renamed "));
        HostSample sample = reader.sample();
        assertThat(sample.missing())
                .containsExactly(proc.resolve("net/netstat") + ": no TCPSynRetrans there: not all is known");
        assertThat(sample.counters().synRetransmits()).isEqualTo(-1);
        assertThat(sample.counters().listenDrops()).isZero();
    }

    @Test
    void rowsOfInterfacesThatAreNotUnderstoodAreOneLine() throws IOException {
        write("proc/net/dev", Captured.DEV + "x: 1\ny: 2\n");
        HostSample sample = reader.sample();
        assertThat(sample.missing()).singleElement().asString().contains("net/dev: 2 ");
        assertThat(sample.interfaces()).hasSize(3);
    }

    @Test
    void withoutProcThereIsOneLine() {
        HostSample sample = new HostReader(root.resolve("none"), root.resolve("none"), nanos::get).sample();
        assertThat(sample.missing()).singleElement().asString().startsWith(root.resolve("none") + ": no such folder");
        assertThat(sample)
                .isEqualTo(new HostSample(
                        TcpRates.UNKNOWN,
                        List.of(),
                        Sockstat.UNKNOWN,
                        Limits.UNKNOWN,
                        TcpCounters.UNKNOWN,
                        List.of(),
                        sample.missing()));
    }

    @Test
    void ratesDoNotReachBackOverATimeWithoutProc() throws IOException {
        reader.sample();
        Files.move(proc, root.resolve("away"));
        assertThat(reader.sample().missing()).hasSize(1);
        Files.move(root.resolve("away"), proc);
        nanos.addAndGet(1_000_000_000L);
        assertThat(reader.sample().tcp()).isEqualTo(TcpRates.UNKNOWN);
        nanos.addAndGet(1_000_000_000L);
        assertThat(reader.sample().tcp().active()).isZero();
    }

    @Test
    void withoutReuseThereIsNoDelayOfReuse() throws IOException {
        Files.delete(proc.resolve("sys/net/ipv4/tcp_tw_reuse"));
        assertThat(reader.sample().limits())
                .isEqualTo(new Limits(32768, 60999, 10, -1, -1, 131_072, 4096, 65_536, 20_000));
    }

    @Test
    void theDelayOfReuseCanBeSetOnNewKernels() throws IOException {
        write("proc/sys/net/ipv4/tcp_tw_reuse_delay", "250\n");
        assertThat(reader.sample().limits().twReuseDelayMillis()).isEqualTo(250);
        write("proc/sys/net/ipv4/tcp_tw_reuse_delay", "4294967296\n");
        assertThat(reader.sample().limits().twReuseDelayMillis()).isEqualTo(-1);
        assertThat(reader.sample().missing()).hasSize(1);
    }

    @Test
    void garbledFilesAreNoException() throws IOException {
        Random random = new Random(41);
        for (int i = 0; i < 200; i++) {
            for (Map.Entry<String, String> file : FILES.entrySet()) {
                String text = i % 2 == 0 ? Captured.garbled(file.getValue() + " ".repeat(40), random) : bytes(random);
                Files.write(proc.resolve(file.getKey()), text.getBytes(StandardCharsets.ISO_8859_1));
            }
            nanos.addAndGet(1_000_000_000L);
            HostSample sample = reader.sample();
            assertThat(sample.missing()).hasSizeLessThanOrEqualTo(FILES.size());
            assertThat(sample.tcp().active())
                    .satisfiesAnyOf(
                            rate -> assertThat(rate).isNaN(),
                            rate -> assertThat(rate).isGreaterThanOrEqualTo(0));
        }
    }

    private static String bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(2000)];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void readsThisHost() throws Exception {
        HostReader real = new HostReader();
        real.sample();
        HostSample sample = real.sample();

        assertThat(sample.missing()).isEmpty();
        assertThat(sample.tcp().outSegments()).isGreaterThanOrEqualTo(0);
        assertThat(sample.interfaces())
                .extracting(InterfaceRates::name)
                .contains("lo")
                .isSorted();
        String[] range = cat("/proc/sys/net/ipv4/ip_local_port_range").strip().split("\\s+", -1);
        assertThat(sample.limits().portRangeLow()).isEqualTo(Integer.parseInt(range[0]));
        assertThat(sample.limits().portRangeHigh()).isEqualTo(Integer.parseInt(range[1]));
        assertThat(sample.limits().somaxconn())
                .isEqualTo(Long.parseLong(cat("/proc/sys/net/core/somaxconn").strip()));
        assertThat(sample.limits().openDescriptorsLimit()).isPositive();
    }

    private static String cat(String file) throws IOException {
        Process cat = new ProcessBuilder("cat", file).start();
        return new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static String synRetransmits(int count) {
        List<String> lines = Captured.NETSTAT.lines().toList();
        List<String> names = Words.of(lines.get(0));
        List<String> values = Words.of(lines.get(1));
        values.set(names.indexOf("TCPSynRetrans"), Integer.toString(count));
        return String.join(" ", names) + "\n" + String.join(" ", values) + "\n";
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
