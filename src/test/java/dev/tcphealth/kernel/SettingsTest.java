package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    private static final Settings.PortRange RANGE = new Settings.PortRange(10_000, 10_099);

    @Test
    void portRange() {
        assertThat(Settings.portRange("32768\t60999\n")).isEqualTo(new Settings.PortRange(32768, 60999));
        assertThat(Settings.portRange("1024 65535\n")).isEqualTo(new Settings.PortRange(1024, 65535));
        assertThat(Settings.portRange("5000\t5000\n").known()).isTrue();
        for (String wrong : new String[] {
            "", "\n", "32768", "32768\t60999", "2\t1\n", "1\t65536\n", "1\t2\t3\n", "a\tb\n", "-1\t5\n", "1\t2\n3\n"
        }) {
            assertThat(Settings.portRange(wrong)).as(wrong).isEqualTo(Settings.PortRange.UNKNOWN);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; 0",
                "9999; 0",
                "10000; 1",
                "10099; 1",
                "10100; 0",
                "8080,9148,10000-10100; 100",
                "9990-10009,10090-10200; 20",
                "10001,10003,10005-10006; 4",
                "10001-10005,10003-10008; 8",
                "0-65535; 100",
                "10001,; -1",
                ",10001; -1",
                "10001-; -1",
                "-10001; -1",
                "10005-10001; -1",
                "10001-70000; -1",
                "10001 10002; -1",
                "x; -1"
            })
    void reservedPortsInsideTheRange(String text, int expected) {
        assertThat(Settings.reservedPorts(text + "\n", RANGE)).isEqualTo(expected);
    }

    @Test
    void reservedPortsThatWereCutShortOrHaveNoRangeAreUnknown() {
        assertThat(Settings.reservedPorts("10001,10002", RANGE)).isEqualTo(-1);
        assertThat(Settings.reservedPorts("", RANGE)).isEqualTo(-1);
        assertThat(Settings.reservedPorts("10001\n", Settings.PortRange.UNKNOWN))
                .isEqualTo(-1);
    }

    @Test
    void numbers() {
        assertThat(Settings.number("131072\n")).isEqualTo(131_072);
        assertThat(Settings.number("0\n")).isZero();
        assertThat(Settings.number("9223372036854775807\n")).isEqualTo(Long.MAX_VALUE);
        for (String wrong :
                new String[] {"", "\n", "1", "1 2\n", "-1\n", "x\n", "1\n2\n", "9223372036854775808\n", "1\n2"}) {
            assertThat(Settings.number(wrong)).as(wrong).isEqualTo(-1);
        }
    }

    @Test
    void openFiles() {
        assertThat(Settings.openFiles(Captured.LIMITS)).isEqualTo(20_000);
        assertThat(Settings.openFiles(
                        "Max open files            1024                 4096                 files     \n"))
                .isEqualTo(1024);
        assertThat(Settings.openFiles(
                        "Max open files            unlimited            unlimited            files     \n"))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(Settings.openFiles("Max open files\n")).isEqualTo(-1);
        assertThat(Settings.openFiles("Max processes 5 5 processes\n")).isEqualTo(-1);
        for (int length = 0; length < Captured.LIMITS.length(); length++) {
            assertThat(Settings.openFiles(Captured.LIMITS.substring(0, length))).isIn(20_000L, -1L);
        }
    }

    @Test
    void garbledTextIsNoException() {
        Random random = new Random(37);
        for (int i = 0; i < 5000; i++) {
            assertThat(Settings.openFiles(Captured.garbled(Captured.LIMITS, random)))
                    .isGreaterThanOrEqualTo(-1);
            String list = Captured.garbled("8080,9148,10000-10100,20000-30000\n", random);
            assertThat(Settings.reservedPorts(list, RANGE)).isBetween(-1, 100);
            Settings.PortRange range =
                    Settings.portRange(Captured.garbled("32768\t60999                    \n", random));
            assertThat(range.high()).isBetween(range.low(), 65_535);
            assertThat(Settings.number(Captured.garbled("131072                      \n", random)))
                    .isGreaterThanOrEqualTo(-1);
        }
    }

    @Test
    void linkNeedsASpeedAndADuplex() {
        assertThat(Link.parse("10000\n", "full\n")).isEqualTo(new Link(10_000, true));
        assertThat(Link.parse("100\n", "half\n")).isEqualTo(new Link(100, false));
        assertThat(Link.parse("1000\n", "unknown\n")).isEqualTo(Link.UNKNOWN);
        assertThat(Link.parse("-1\n", "full\n")).isEqualTo(Link.UNKNOWN);
        assertThat(Link.parse("0\n", "full\n")).isEqualTo(Link.UNKNOWN);
        assertThat(Link.parse("4294967295\n", "full\n")).isEqualTo(Link.UNKNOWN);
        assertThat(Link.parse("", "")).isEqualTo(Link.UNKNOWN);
    }
}
