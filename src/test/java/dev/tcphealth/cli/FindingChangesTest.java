package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FindingChangesTest {
    private static final String T0 = "2026-11-27T10:00:00Z";
    private static final String T1 = "2026-11-27T10:00:05Z";
    private static final String T2 = "2026-11-27T10:00:10Z";

    private final FindingChanges changes = new FindingChanges();

    @Test
    void tellsWhatHasBecomeOfEach() {
        assertThat(next(T1, finding("a", "WARNING", "A is bad", "p.C.m(C.java:1)", T0)))
                .containsExactly(T0 + " ACTIVE WARNING: A is bad (p.C.m(C.java:1))");
        assertThat(next(T1, finding("a", "WARNING", "A is worse", "", T0))).isEmpty();
        assertThat(next(T2, finding("a", "CRITICAL", "A", "", T0), finding("b", "WARNING", "B", "", T2)))
                .containsExactly(T2 + " ESCALATED CRITICAL: A", T2 + " RAISED WARNING: B");
        assertThat(next(T2, finding("a", "WARNING", "A of X", "X", T0), finding("b", "WARNING", "B", "", T2)))
                .containsExactly(T2 + " DOWNGRADED WARNING: A of X");
        assertThat(next(T2, finding("a", "WARNING", "A", "", T1)))
                .containsExactly(
                        T2 + " CLEARED WARNING: A of X", T2 + " CLEARED WARNING: B", T2 + " RAISED WARNING: A");
        assertThat(next(T2)).containsExactly(T2 + " CLEARED WARNING: A");
    }

    @Test
    void withoutASampleNothingHasChanged() {
        assertThat(next(T1, finding("a", "WARNING", "A", "", T0))).hasSize(1);
        assertThat(changes.next(report("{\"agent\": {}, \"at\": null}"))).isEmpty();
        assertThat(next(T2, finding("a", "WARNING", "A", "", T0))).isEmpty();
    }

    @Test
    void takesNothingForGranted() {
        for (String odd : List.of(
                "{}",
                "{\"at\": 7}",
                "{\"at\": \"yesterday\"}",
                "{\"at\": \"" + T1 + "\"}",
                "{\"at\": \"" + T1 + "\", \"health\": 1}",
                "{\"at\": \"" + T1 + "\", \"health\": {\"findings\": {}}}",
                "{\"at\": \"" + T1 + "\", \"health\": {\"findings\": [1, null, [], \"x\"]}}")) {
            assertThat(new FindingChanges().next(report(odd))).as(odd).isEmpty();
        }
        assertThat(next(T1, "{\"severity\": [], \"title\": 7, \"since\": {}}")).containsExactly(T1 + " ACTIVE : ");
        StringBuilder all = new StringBuilder("{}");
        for (int i = 0; i < 2000; i++) {
            all.append(", {\"rule\": \"r\", \"subject\": \"").append(i).append("\"}");
        }
        assertThat(new FindingChanges()
                        .next(report("{\"at\": \"" + T1 + "\", \"health\": {\"findings\": [" + all + "]}}")))
                .hasSize(500);
    }

    private List<String> next(String at, String... findings) {
        return changes
                .next(report(
                        "{\"at\": \"" + at + "\", \"health\": {\"findings\": [" + String.join(",", findings) + "]}}"))
                .stream()
                .map(line -> line.at() + " " + line.text())
                .toList();
    }

    private static String finding(String subject, String severity, String title, String codePath, String since) {
        return String.format(
                "{\"rule\": \"r\", \"subject\": \"%s\", \"severity\": \"%s\", \"title\": \"%s\", \"codePath\": \"%s\","
                        + " \"since\": \"%s\"}",
                subject, severity, title, codePath, since);
    }

    private static Map<String, @Nullable Object> report(String json) {
        return Published.object(json).orElseThrow();
    }
}
