package dev.tcphealth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    private static final Options DEFAULTS = new Options(Duration.ofSeconds(5), List.of(), 32, 1000, 1000, 131_072, 5);

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "\t\n", "app=", "app= : ", "interval=5s,depth=32", "depth=32 , interval = 5"})
    void whatIsNotGivenIsTheDefault(@Nullable String text) throws OptionException {
        assertThat(Options.parse(text)).isEqualTo(DEFAULTS);
    }

    @Test
    void takesThemAll() throws OptionException {
        assertThat(
                        Options.parse(
                                "app=com.acme:org.acme.shop.Main$Inner: de.acme. ,interval=90s,depth=1,code-paths=10,destinations=100000,remember=4194304,max-overhead=0"))
                .isEqualTo(new Options(
                        Duration.ofSeconds(90),
                        List.of("com.acme", "org.acme.shop.Main$Inner", "de.acme."),
                        1,
                        10,
                        100_000,
                        4_194_304,
                        0));
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
        assertRefused("interval=" + text, "interval", "write interval=5s (1s to 1h)");
    }

    @ParameterizedTest
    @CsvSource({
        "depth,1,200,32",
        "code-paths,10,100000,1000",
        "destinations,10,100000,1000",
        "remember,4096,4194304,131072",
        "max-overhead,0,100,5"
    })
    void numbersHaveBounds(String key, int lowest, int highest, String example) throws OptionException {
        assertThat(Options.parse(key + "=" + lowest).asText()).containsEntry(key, Integer.toString(lowest));
        assertThat(Options.parse(key + "=" + highest).asText()).containsEntry(key, Integer.toString(highest));
        String advice = "write " + key + "=" + example + " (" + lowest + " to " + highest + ")";
        assertRefused(key + "=" + (lowest - 1), key, advice);
        assertRefused(key + "=" + (highest + 1), key, advice);
        for (String bad : List.of("", "-1", "x", "1.0", "1e2", "1_000", "2147483648", "99999999999999999999", "10 0")) {
            assertRefused(key + "=" + bad, key, advice);
        }
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
        assertRefused("app=" + text, "app", "write app=com.example (package prefixes, separated by ':')");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"deep=3", "Depth=3", "=3", "depth=3,", ",", "depth=3,,app=x", "help", "--depth=3", "d\re\npth=1"
            })
    void refusesOtherOptionsAndNamesThoseThereAre(String text) {
        assertRefused(
                text, "unknown option '", "interval, app, depth, code-paths, destinations, remember, max-overhead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"interval", "app", "depth", "code-paths", "destinations", "remember", "max-overhead"})
    void refusesOneWithoutAValueOrGivenTwice(String key) throws OptionException {
        String value = DEFAULTS.asText().getOrDefault(key, "");
        assertRefused(key, "option '" + key + "' has no value", "write " + key + "=");
        assertRefused("depth=3," + key, "option '" + key + "'", key);
        assertRefused(key + "=" + value + "," + key + "=" + value, "option '" + key + "' is given twice", key);
    }

    @Test
    void aLongMistakeIsCutShort() {
        assertRefused("x".repeat(10_000) + "=1", "unknown option 'xxx", "...'");
        assertThatThrownBy(() -> Options.parse("depth=" + "9".repeat(10_000))).hasMessageMatching(".{50,200}");
    }

    /** The message can be followed: what it says to write is accepted. */
    @Test
    void everyExampleIsRight() throws OptionException {
        for (Option option : Option.values()) {
            String message = assertRefused(option.key(), option.key(), "write ");
            Options.parse(message.substring(message.indexOf("write ") + "write ".length()));
        }
    }

    @Test
    void asTextIsWhatWouldBeWritten() throws OptionException {
        Map<String, String> text = DEFAULTS.asText();
        assertThat(text)
                .containsOnlyKeys(
                        List.of("interval", "app", "depth", "code-paths", "destinations", "remember", "max-overhead"));
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
                .hasSizeLessThan(300)
                .doesNotContain("\r", "\n", "\u0000");
        return String.valueOf(thrown[0].getMessage());
    }
}
