package dev.tcphealth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tcphealth.address.Subnet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    private static final HealthLimits LIMITS = new HealthLimits(
            List.of(), 0.01, 0.5, 1000, 80, Duration.ofSeconds(60), 1, Duration.ofSeconds(10), 10, 80, 10, 80);
    private static final Options DEFAULTS =
            new Options(Duration.ofSeconds(5), List.of(), 32, 1000, 1000, 131_072, 5, true, LIMITS);

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t\n", "app=", "app= : ", "interval=5s,depth=32", "depth=32 , interval = 5"})
    void whatIsNotGivenIsTheDefault(@Nullable String text) throws OptionException {
        assertThat(Options.parse(text)).isEqualTo(DEFAULTS);
    }

    @Test
    void takesThemAll() throws OptionException {
        assertThat(Options.parse(
                        "app=com.acme:org.acme.shop.Main$Inner: de.acme. ,interval=90s,depth=1,code-paths=10,destinations=100000,remember=4194304,max-overhead=0,stacks=captured,"
                                + "local=10.0.0.0/8 + 2001:db8::/32+192.168.1.1,retransmission-local=0.1,retransmission-distant=2,"
                                + "retransmission-segments=10,ports-used=50,close-wait=5m,leaked=3,short-lived=500ms,"
                                + "short-lived-rate=0.5,accept-queue=100,connects-failing=0.1,limits-near=99.9"))
                .isEqualTo(new Options(
                        Duration.ofSeconds(90),
                        List.of("com.acme", "org.acme.shop.Main$Inner", "de.acme."),
                        1,
                        10,
                        100_000,
                        4_194_304,
                        0,
                        false,
                        new HealthLimits(
                                Stream.of("10.0.0.0/8", "2001:db8::/32", "192.168.1.1/32")
                                        .map(text -> Subnet.parse(text).orElseThrow())
                                        .toList(),
                                0.1,
                                2,
                                10,
                                50,
                                Duration.ofMinutes(5),
                                3,
                                Duration.ofMillis(500),
                                0.5,
                                100,
                                0.1,
                                99.9)));
    }

    @ParameterizedTest
    @CsvSource({
        "1s,1s",
        "1000ms,1s",
        "1500ms,1500ms",
        "5,5s",
        "2m,120s",
        "60m,1h",
        "1h,1h",
        "3600s,1h",
        "3599999ms,3599999ms"
    })
    void takesIntervals(String text, String shown) throws OptionException {
        Options options = Options.parse("interval=" + text);
        assertThat(options.asText()).containsEntry("interval", shown);
        assertThat(Options.parse("interval=" + shown)).isEqualTo(options);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0s",
                "999ms",
                "3600001ms",
                "3601s",
                "61m",
                "2h",
                "-5s",
                "+",
                "",
                "s",
                "ms",
                "5x",
                "5 s",
                "5S",
                "1.5s",
                "1e3",
                "0x5",
                "five",
                "5s5",
                "99999999999999999999s",
                "9223372036854775807h",
                "9223372036854775807ms",
                "PT5S",
                "5\ns",
                "\u0000"
            })
    void refusesOtherIntervals(String text) {
        assertRefused("interval=" + text, "interval", "is not allowed. Allowed: 1s to 1h; default 5s");
    }

    @ParameterizedTest
    @CsvSource({
        "depth,1,200,32",
        "code-paths,10,100000,1000",
        "destinations,10,100000,1000",
        "remember,4096,4194304,131072",
        "leaked,1,1000000,1",
        "retransmission-segments,10,1000000000,1000",
        "max-overhead,0,100,5"
    })
    void numbersHaveBounds(String key, int lowest, int highest, String example) throws OptionException {
        assertThat(Options.parse(key + "=" + lowest).asText()).containsEntry(key, Integer.toString(lowest));
        assertThat(Options.parse(key + "=" + highest).asText()).containsEntry(key, Integer.toString(highest));
        String advice = "Allowed: a whole number from " + lowest + " to " + highest + "; default " + example;
        assertRefused(key + "=" + (lowest - 1), key, advice);
        assertRefused(key + "=" + (highest + 1), key, advice);
        for (String bad : List.of("", "-1", "x", "1.0", "1e2", "1_000", "2147483648", "99999999999999999999", "10 0")) {
            assertRefused(key + "=" + bad, key, advice);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "retransmission-local,0.0001,100,0.01,%",
        "ports-used,1,100,80,%",
        "short-lived-rate,0.1,1000000,10,/s",
        "connects-failing,0.1,100,10,%",
    })
    void decimalsHaveBounds(String key, String lowest, String highest, String example, String unit)
            throws OptionException {
        String all = "retransmission-distant=100,";
        assertThat(Options.parse(all + key + "=" + lowest).asText()).containsEntry(key, lowest);
        assertThat(Options.parse(all + key + "=" + highest).asText()).containsEntry(key, highest);
        String advice = "Allowed: " + lowest + " to " + highest + " " + unit + "; default " + example;
        for (String bad : List.of(
                "", "0", "-1", "NaN", "Infinity", "1e2", "1d", "0x1p3", "1_0", "1.0.0", ".", "99999999999999", "5%")) {
            assertRefused(key + "=" + bad, key, advice);
        }
    }

    @Test
    void theLocalLimitIsNotAboveTheDistantOne() throws OptionException {
        assertRefused("retransmission-local=0.6", "'retransmission-local' cannot be above 'retransmission-distant'");
        assertRefused("retransmission-distant=0.001", "0.01 % is more than 0.001 %");
        Options.parse("retransmission-local=0.6,retransmission-distant=0.6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "10.0.0.0/33", "localhost", "10.0.0.0/8+", "+", "10.0.0.0/8;11.0.0.0/8"})
    void refusesWhatIsNoNetwork(String text) {
        assertRefused(
                "local=" + text,
                "local",
                "Allowed: networks such as 10.0.0.0/8, separated by '+'; for example 10.0.0.0/8");
    }

    @Test
    void limitsCanBeChangedOneByOne() throws OptionException {
        assertThat(LIMITS.with("ports-used", "55.5").portsUsed()).isEqualTo(55.5);
        assertThat(LIMITS.with("local", "10.0.0.0/8+fe80::/10").asText())
                .containsEntry("local", "10.0.0.0/8+fe80::/10");
        assertThatThrownBy(() -> LIMITS.with("ports-used", "-1")).hasMessageContaining("1 to 100 %");
        assertThatThrownBy(() -> LIMITS.with("ports-used", "50,leaked=7")).hasMessageContaining("comma");
        assertThatThrownBy(() -> LIMITS.with("interval", "5s")).hasMessageContaining("is no limit: there are local, ");
        assertThatThrownBy(() -> LIMITS.with("x", "5s")).hasMessageContaining("unknown option 'x'");
        assertThatThrownBy(() -> LIMITS.with("retransmission-local", "0.6")).hasMessageContaining("cannot be above");
    }

    /** They would match no class, silently. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.acme.*",
                "com/acme",
                "com.acme;org.acme",
                "com.acme org.acme",
                "*",
                "\"com.acme\"",
                "com.acme:-"
            })
    void refusesWhatIsNoBeginOfAClassName(String text) {
        assertRefused("app=" + text, "app", "Allowed: package prefixes, separated by ':'; for example com.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deep=3", "Depth=3", "help", "--depth=3", "d\re\npth=1"})
    void refusesOtherOptionsAndTellsWhereTheyAreListed(String text) {
        assertRefused(text, "unknown option '", "attach --help lists all options");
    }

    @ParameterizedTest
    @CsvSource({
        "intervall,interval",
        "max_overhead,max-overhead",
        "Depth,depth",
        "code-path,code-paths",
        "retransmission-distance,retransmission-distant"
    })
    void namesTheOptionThatWasMeant(String key, String meant) {
        assertRefused(key + "=1", "unknown option '" + key + "': did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x=1", "ap-proxy=1", "interval-of-samples=1"})
    void namesNoneThatWasNotMeant(String text) {
        assertThat(assertRefused(text, "unknown option '")).doesNotContain("did you mean");
    }

    @Test
    void refusesEmptyOnes() {
        assertRefused(",depth=3", "an option is empty: remove the first comma");
        assertRefused("depth=3,", "an option is empty: remove the last comma");
        assertRefused("depth=3, ,app=x", "an option is empty: remove the second comma");
        assertRefused("=3", "an option has no name: '=3'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"interval", "app", "depth", "code-paths", "destinations", "remember", "max-overhead"})
    void refusesOneWithoutAValueOrGivenTwice(String key) throws OptionException {
        String value = DEFAULTS.asText().getOrDefault(key, "");
        assertRefused(key, "option '" + key + "' has no value. Allowed: ");
        assertRefused("depth=3," + key, "option '" + key + "'", key);
        assertRefused(key + "=" + value + "," + key + "=" + value, "option '" + key + "' is given twice", key);
    }

    @Test
    void aLongMistakeIsCutShort() {
        assertRefused("x".repeat(10_000) + "=1", "unknown option 'xxx", "...'");
        assertThatThrownBy(() -> Options.parse("depth=" + "9".repeat(10_000))).hasMessageMatching(".{50,200}");
    }

    /** What messages name as a default or an example is accepted. */
    @Test
    void everyExampleIsRight() throws OptionException {
        for (Option option : Option.values()) {
            Options.parse(option.key() + "=" + option.example());
        }
    }

    @Test
    void asTextIsWhatWouldBeWritten() throws OptionException {
        Map<String, String> text = DEFAULTS.asText();
        assertThat(text)
                .containsOnlyKeys(Stream.of(Option.values()).map(Option::key).toList());
        for (Option option : Option.values()) {
            assertThat(text).containsEntry(option.key(), option.defaultValue());
            assertThat(option.help()).isNotBlank().doesNotContain("|", "\n");
            assertThat(option.allowed()).isNotBlank();
        }
        Options options = Options.parse("app=a:b,interval=7s,depth=2,code-paths=20,destinations=30,remember=5000");
        assertThat(Options.parse(options.asText().entrySet().stream()
                        .map(Map.Entry::toString)
                        .collect(Collectors.joining(","))))
                .isEqualTo(options);
    }

    @Test
    void versionIsTheBuilds() {
        assertThat(Version.current()).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    private static String assertRefused(String text, String... parts) {
        OptionException[] thrown = new OptionException[1];
        assertThatThrownBy(() -> Options.parse(text))
                .isInstanceOfSatisfying(OptionException.class, e -> thrown[0] = e)
                .hasMessageContainingAll(parts)
                .message()
                .hasLineCount(1)
                .hasSizeLessThan(500)
                .doesNotContain("\r", "\n", "\u0000");
        return String.valueOf(thrown[0].getMessage());
    }
}
