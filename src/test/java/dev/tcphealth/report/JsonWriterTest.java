package dev.tcphealth.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.text.Harmless;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

    /** So what keeps the command line's output harmless finds nothing to change in it. */
    @Test
    void everyCharacterIsWrittenHarmlessAndReadAgain() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                all.appendCodePoint(c);
            }
        }
        String json = JsonWriter.document(writer -> writer.text("all", all.toString()));
        assertThat(json.codePoints().filter(c -> !Harmless.isHarmless(c))).isEmpty();
        assertThat(Json.object(json)).isEqualTo(Map.of("all", all.toString()));
    }

    @Test
    void halfACharacterIsReplaced() {
        for (String half : List.of("\ud800", "\udc00", "\udc00\ud800")) {
            assertThat(JsonWriter.document(writer -> writer.text("a", half))).matches("\\{\"a\":\"\ufffd+\"}");
        }
    }
}
