package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetDevTest {

    private static final String HEAD = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            """;
    private static final String VALUES = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
    private static final InterfaceCounters COUNTERS = new InterfaceCounters(1, 2, 7, 8, 9, 10, 16);

    @Test
    void readsCapturedInterfaces() {
        NetDev dev = NetDev.parse(Captured.DEV);
        assertThat(dev.leftOut()).isZero();
        assertThat(dev.interfaces().keySet()).containsExactly("lo", "va", "vb");
        assertThat(dev.interfaces()).containsEntry("lo", new InterfaceCounters(35100, 79, 0, 0, 35100, 79, 0));
    }

    @Test
    void everyColumnHasItsPlace() {
        assertThat(NetDev.parse(HEAD + "  eth0:" + VALUES).interfaces()).isEqualTo(Map.of("eth0", COUNTERS));
    }

    @Test
    void namesMayTouchTheNumbersAndHoldOddCharacters() {
        NetDev dev =
                NetDev.parse(HEAD + "  eth0:" + VALUES.strip() + "\neth0:1:" + VALUES + "br-\u00fc.100@x:" + VALUES);
        assertThat(dev.leftOut()).isZero();
        assertThat(dev.interfaces())
                .isEqualTo(Map.of("eth0", COUNTERS, "eth0:1", COUNTERS, "br-\u00fc.100@x", COUNTERS));
    }

    @Test
    void interfacesAreInOrderOfNames() {
        StringBuilder text = new StringBuilder(HEAD);
        for (String name : List.of("wlan0", "lo", "veth9", "eth10", "docker0", "eth1")) {
            text.append(name).append(':').append(VALUES);
        }
        assertThat(NetDev.parse(text.toString()).interfaces().keySet())
                .containsExactly("docker0", "eth1", "eth10", "lo", "veth9", "wlan0");
    }

    @Test
    void columnsAreFoundByNameInOtherKernels() {
        String head = "x\n face |packets bytes new|new packets compressed bytes\n";
        assertThat(NetDev.parse(head + "a: 1 2 3 4 5 6 7\n").interfaces())
                .isEqualTo(Map.of("a", new InterfaceCounters(2, 1, -1, -1, 7, 5, 6)));
    }

    @Test
    void rowsThatAreNotUnderstoodAreCounted() {
        NetDev dev = NetDev.parse(HEAD + "a:" + VALUES + "b: 1 2 3\nc" + VALUES + ":" + VALUES + "../../x:" + VALUES
                + "..:" + VALUES + ".:" + VALUES + "d:" + VALUES.strip() + " 17\ne:" + VALUES.strip());
        assertThat(dev.interfaces().keySet()).containsExactly("a");
        assertThat(dev.leftOut()).isEqualTo(8);
    }

    @Test
    void withoutAHeadLineNothingIsUnderstood() {
        assertThat(NetDev.parse("a:" + VALUES).leftOut()).isEqualTo(-1);
        assertThat(NetDev.parse("face bytes\na:" + VALUES).leftOut()).isEqualTo(-1);
        assertThat(NetDev.parse("face |bytes packets|bytes\na: 1 2 3\n").leftOut())
                .isEqualTo(-1);
        assertThat(NetDev.parse("").leftOut()).isEqualTo(-1);
    }

    @Test
    void numbersThatDoNotFitAreUnknown() {
        assertThat(NetDev.parse(HEAD + "a:" + VALUES.replaceFirst("1", "18446744073709551615"))
                        .interfaces())
                .isEqualTo(Map.of("a", new InterfaceCounters(-1, 2, 7, 8, 9, 10, 16)));
    }

    @Test
    void cutShortAtEveryByteIsTheTruthOrLeftOut() {
        Map<String, InterfaceCounters> whole = NetDev.parse(Captured.DEV).interfaces();
        int headLength = Captured.DEV.indexOf("    lo");
        for (int length = 0; length < Captured.DEV.length(); length++) {
            String text = Captured.DEV.substring(0, length);
            NetDev dev = NetDev.parse(text);
            assertThat(whole).containsAllEntriesOf(dev.interfaces());
            long lines = text.chars().filter(c -> c == '\n').count();
            assertThat(dev.interfaces()).hasSize((int) Math.max(0, lines - 2));
            assertThat(dev.leftOut()).isEqualTo(length < headLength ? -1 : text.endsWith("\n") ? 0 : 1);
        }
    }

    @Test
    void garbledTextIsNoException() {
        Random random = new Random(31);
        for (int i = 0; i < 3000; i++) {
            NetDev dev = NetDev.parse(Captured.garbled(Captured.DEV, random));
            assertThat(dev.leftOut()).isGreaterThanOrEqualTo(-1);
            dev.interfaces()
                    .values()
                    .forEach(counters -> assertThat(counters.rxBytes()).isGreaterThanOrEqualTo(-1));
        }
    }
}
