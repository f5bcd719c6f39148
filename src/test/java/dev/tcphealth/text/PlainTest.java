package dev.tcphealth.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTest {

    @Test
    void oneIsSingular() {
        assertThat(Plain.counted(1, "channel")).isEqualTo("1 channel");
        assertThat(Plain.counted(0, "channel")).isEqualTo("0 channels");
        assertThat(Plain.counted(1200, "channel")).isEqualTo("1,200 channels");
        assertThat(Plain.counted(1, "process was", "processes were")).isEqualTo("1 process was");
        assertThat(Plain.counted(2, "process was", "processes were")).isEqualTo("2 processes were");
    }

    @Test
    void textIsOneHarmlessLine() {
        assertThat(Plain.text("a\n\r\t\u001b\u202e\ud800\u00f6" + Character.toString(0xe0041)))
                .isEqualTo("a\\n\\r\\t\\u001b\\u202e\\ud800\u00f6\\udb40\\udc41");
    }
}
