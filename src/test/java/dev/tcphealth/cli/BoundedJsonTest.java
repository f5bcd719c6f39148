package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedJsonTest {

    @Test
    void readsEveryKindOfValue() {
        assertThat(BoundedJson.parse(
                        " {\"a\": [1, -2.5e3, true, false, null, {}, []], \"b\\u00f6\\n\\/\": \"\\ud83d\\ude00\"} "))
                .isEqualTo(Map.of(
                        "a",
                        Arrays.asList(1.0, -2500.0, true, false, null, Map.of(), List.of()),
                        "b\u00f6\n/",
                        "\ud83d\ude00"));
        assertThat(BoundedJson.parse("\"x\"")).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "\"",
                "\"\\",
                "\"\\u12",
                "\"\\x\"",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "[1,]",
                "[1 2]",
                "tru",
                "nul",
                "1 2",
                "{} x",
                "+",
                "--1",
                "e",
                "1e",
                "'a'",
                "}"
            })
    void anythingElseIsAMistake(String text) {
        assertThatThrownBy(() -> BoundedJson.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hasLimits() {
        for (String hostile : List.of(
                "[".repeat(1_000_000),
                "{\"a\":".repeat(1_000_000),
                "[" + "1,".repeat(600_000) + "1]",
                "1".repeat(1000),
                "\"" + "x".repeat(17_000_000) + "\"")) {
            assertThatThrownBy(() -> BoundedJson.parse(hostile)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
