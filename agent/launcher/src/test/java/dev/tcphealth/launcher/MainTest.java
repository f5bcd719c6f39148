package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @ParameterizedTest
    @ValueSource(strings = {"1.8", "9", "11", "16", "garbage", "", "1.", "-17", "17.0"})
    @NullSource
    void anythingButANewEnoughVersionIsToldSoInALine(String version) {
        assertThat(Main.complaint(version))
                .hasLineCount(1)
                .contains("needs Java 17 or later", "this is Java " + version, "the application is not affected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "18", "21", "25", "100"})
    void aNewEnoughVersionIsNot(String version) {
        assertThat(Main.complaint(version)).isEmpty();
    }

    @Test
    void thisJvmIsNewEnough() {
        assertThat(Main.complaint(System.getProperty("java.specification.version")))
                .isEmpty();
    }
}
