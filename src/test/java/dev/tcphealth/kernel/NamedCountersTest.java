package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NamedCountersTest {

    private static final String SNMP_2_4 = """
            Ip: Forwarding DefaultTTL
            Ip: 1 64
            Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts
            Tcp: 1 200 120000 -1 11 12 13 14 15 16 17 18 19 20
            Udp: InDatagrams
            Udp: 5
            """;

    @Test
    void readsCapturedCounters() {
        NamedCounters tcp = NamedCounters.ofLinePair(Captured.SNMP, "Tcp:");
        assertThat(values(tcp, "ActiveOpens", "PassiveOpens", "AttemptFails", "EstabResets", "CurrEstab"))
                .containsExactly(17L, 15L, 2L, 8L, 18L);
        assertThat(values(tcp, "InSegs", "OutSegs", "RetransSegs", "InErrs", "OutRsts"))
                .containsExactly(79L, 79L, 0L, 0L, 6L);
        NamedCounters ext = NamedCounters.ofLinePair(Captured.NETSTAT, "TcpExt:");
        assertThat(values(ext, "TW", "TCPSynRetrans", "ListenDrops")).containsExactly(2L, 0L, 0L);
        NamedCounters sockstat = NamedCounters.ofLine(Captured.SOCKSTAT, "TCP:");
        assertThat(values(sockstat, "inuse", "orphan", "tw", "alloc", "mem")).containsExactly(10L, 0L, 2L, 24L, 21L);
        assertThat(NamedCounters.ofLine(Captured.SOCKSTAT6, "TCP6:").get("inuse"))
                .isEqualTo(11);
    }

    @Test
    void findsCountersByNameInOlderAndNewerKernels() {
        NamedCounters old = NamedCounters.ofLinePair(SNMP_2_4, "Tcp:");
        assertThat(values(old, "ActiveOpens", "InSegs", "OutRsts", "InCsumErrors"))
                .containsExactly(11L, 16L, 20L, -1L);
        assertThat(old.get("MaxConn")).as("-1, without a limit").isEqualTo(-1);

        NamedCounters reordered = NamedCounters.ofLinePair(
                "Tcp: New OutSegs RtoMin InSegs\nTcp: 1 18446744073709551615 3 9223372036854775807\n", "Tcp:");
        assertThat(values(reordered, "InSegs", "OutSegs")).containsExactly(Long.MAX_VALUE, -1L);
        assertThat(reordered.absent(List.of("InSegs", "OutSegs", "OutRsts"))).containsExactly("OutSegs", "OutRsts");
    }

    @Test
    void aPairOfDifferentLengthsHasNoCounters() {
        assertThat(NamedCounters.ofLinePair("Tcp: A B C\nTcp: 1 2\n", "Tcp:").get("A"))
                .isEqualTo(-1);
        assertThat(NamedCounters.ofLinePair("Tcp: A B\nTcp: 1 2 3\n", "Tcp:").get("A"))
                .isEqualTo(-1);
        assertThat(NamedCounters.ofLinePair("Tcp: A B\nUdp: 1 2\n", "Tcp:").get("A"))
                .isEqualTo(-1);
        assertThat(NamedCounters.ofLinePair("Tcp: A B\nTcp: 1 2", "Tcp:").get("A"))
                .as("cut short")
                .isEqualTo(-1);
        assertThat(NamedCounters.ofLinePair("IpExt: A\nIpExt: 1\n", "TcpExt:").get("A"))
                .as("no TcpExt")
                .isEqualTo(-1);
        assertThat(NamedCounters.ofLinePair("Tcp:\nTcp:\n", "Tcp:").get("Tcp"))
                .as("empty")
                .isEqualTo(-1);
    }

    @Test
    void cutShortAtEveryByteIsTheTruthOrUnknown() {
        for (int length = 0; length < Captured.SNMP.length(); length++) {
            NamedCounters tcp = NamedCounters.ofLinePair(Captured.SNMP.substring(0, length), "Tcp:");
            assertThat(tcp.get("OutRsts")).isIn(6L, -1L);
            assertThat(tcp.get("InSegs")).isIn(79L, -1L);
        }
        for (int length = 0; length < Captured.NETSTAT.length(); length++) {
            NamedCounters ext = NamedCounters.ofLinePair(Captured.NETSTAT.substring(0, length), "TcpExt:");
            assertThat(ext.get("TW")).isIn(2L, -1L);
        }
        for (int length = 0; length < Captured.SOCKSTAT.length(); length++) {
            NamedCounters tcp = NamedCounters.ofLine(Captured.SOCKSTAT.substring(0, length), "TCP:");
            assertThat(tcp.get("alloc")).isIn(24L, -1L);
            assertThat(tcp.get("mem")).isIn(21L, -1L);
        }
    }

    @Test
    void garbledTextIsNoException() {
        Random random = new Random(29);
        for (int i = 0; i < 3000; i++) {
            assertThat(NamedCounters.ofLinePair(Captured.garbled(Captured.SNMP, random), "Tcp:")
                            .get("OutSegs"))
                    .isGreaterThanOrEqualTo(-1);
            assertThat(NamedCounters.ofLine(Captured.garbled(Captured.SOCKSTAT, random), "TCP:")
                            .get("mem"))
                    .isGreaterThanOrEqualTo(-1);
        }
    }

    @Test
    void aLostBlankBetweenTwoValuesIsNoticed() {
        String values = "Tcp: 1 200 120000 -1 17 15 2 8 18 79 79 0 0 6 0\n";
        assertThat(Captured.SNMP).contains(values);
        for (int at = values.indexOf(' '); at > 0; at = values.indexOf(' ', at + 1)) {
            String merged = values.substring(0, at) + values.substring(at + 1);
            NamedCounters tcp = NamedCounters.ofLinePair(Captured.SNMP.replace(values, merged), "Tcp:");
            assertThat(tcp.absent(List.of("ActiveOpens", "OutRsts"))).hasSize(2);
        }
    }

    @Test
    void emptyLinesDoNotHurt() {
        assertThat(NamedCounters.ofLinePair("\n\nTcp: A\nTcp: 5\n", "Tcp:").get("A"))
                .isEqualTo(5);
    }

    @Test
    void sockstatOfOtherKernels() {
        NamedCounters odd = NamedCounters.ofLine("TCP: new 9 inuse 5 tw x mem\n", "TCP:");
        assertThat(values(odd, "inuse", "new", "tw", "mem")).containsExactly(5L, 9L, -1L, -1L);
        assertThat(NamedCounters.ofLine("UDP6: inuse 4\n", "TCP6:").get("inuse"))
                .isEqualTo(-1);
    }

    private static List<Long> values(NamedCounters counters, String... names) {
        return List.of(names).stream().map(counters::get).toList();
    }
}
