package dev.tcphealth.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.Coverage;
import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.JvmStats;
import dev.tcphealth.correlate.Outcomes;
import dev.tcphealth.correlate.Retransmissions;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.correlate.StateCounts;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.kernel.HostSample;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.text.Plain;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTextTest {

    @Test
    void beforeTheFirstSampleNothingIsKnown() {
        assertThat(page(Snapshot.EMPTY)).isEqualTo("""
                tcp-health 0.1.0: com.acme.shop.Main (pid 4711), Java 25.0.1, on web1
                No sample has been taken yet: nothing is known.
                """);
    }

    @Test
    void healthy() {
        assertThat(page(Samples.healthy())).isEqualTo("""
                tcp-health 0.1.0: com.acme.shop.Main (pid 4711), Java 25.0.1, on web1
                2026-11-23 14:05:09 UTC, rates over the last 10.0 s

                Host      retransmission ratio 0 %, 120.3 active opens/s, 4.0 passive opens/s
                Sockets   8 ESTABLISHED, 2 LISTEN
                This JVM  8 open, 4 opened, 4 accepted, 0 closed

                No socket in TIME_WAIT.

                No socket in CLOSE_WAIT.

                Destinations of this JVM
                  connections  open  ESTABLISHED  TIME_WAIT  CLOSE_WAIT  ports left  destination
                            8     8            8          0           0              10.0.0.5:5432

                Coverage: the agent and the kernel know 8 of 8 TCP descriptors of this process (100 %).
                """);
    }

    @Test
    void theGuiltyLineComesFirst() {
        assertThat(page(Samples.bad())).isEqualTo("""
                tcp-health 0.1.0: com.acme.shop.Main (pid 4711), Java 25.0.1, on web1
                2026-11-23 14:05:09 UTC, rates over the last 10.0 s

                Host      retransmission ratio 0.0123 %, 120.3 active opens/s, 4.0 passive opens/s
                Sockets   1,302 TIME_WAIT, 52 CLOSE_WAIT, 12 ESTABLISHED, 3 LISTEN
                This JVM  54 open, 1,352 opened, 20 accepted, 1,318 closed, 3 never connected,
                          2 closed by the garbage collector, 1 leaked: open, and nothing can close them

                TIME_WAIT: 1,302 sockets
                com.acme.shop.Prices.lookup(Prices.java:42) opened 1,000 of them (76.8 %)
                  opened here   share  closed here  code path
                        1,000  76.8 %        1,000  com.acme.shop.Prices.lookup(Prices.java:42)
                          300  23.0 %            0  com.acme.shop.Pool.connect(Pool.java:17)
                            0     0 %          300  com.acme.shop.Pool.evict(Pool.java:64)
                            2   0.2 %               (not this JVM's, as far as is known)
                        1,302   100 %        1,300  total, as the kernel counts

                CLOSE_WAIT: 52 sockets the peer has closed and this side has not
                com.acme.shop.Inventory.poll(Inventory.java:88) opened 50 of them (96.2 %)
                  opened here   share       oldest  code path
                           50  96.2 %  12 min 34 s  com.acme.shop.Inventory.poll(Inventory.java:88)
                            1   1.9 %          8 s  (opened before the agent)
                            1   1.9 %               (not this JVM's, as far as is known)
                           52   100 %  12 min 34 s  total, as the kernel counts

                The stack that opened 50 in CLOSE_WAIT (code path 9)
                    at com.acme.shop.Inventory.poll(Inventory.java:88)
                    at com.acme.shop.Checkout.run(Checkout.java:103)
                    at java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)
                    at java.lang.Thread.run(Thread.java:1474)

                The stack that opened 1,000 in TIME_WAIT (code path 7)
                    at com.acme.shop.Prices.lookup(Prices.java:42)
                    at com.acme.shop.Checkout.run(Checkout.java:103)
                    at java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)
                    at java.lang.Thread.run(Thread.java:1474)

                Destinations of this JVM
                  connections  open  ESTABLISHED  TIME_WAIT  CLOSE_WAIT  ports left  destination
                        1,000     0            0      1,000           0      27,232  10.0.0.5:8080
                           52    52            2          0          50      28,180  10.0.0.9:9200
                          300     0            0        300           0              [2001:db8::7]:5432
                           20     2            1          0           0              accepted on 10.0.0.1:8443

                Connects that failed
                  connected  refused  timed out  unreachable  no local port  other  destination
                         52        3          1            0              2      0  10.0.0.9:9200
                The most, 6, by com.acme.shop.Inventory.poll(Inventory.java:88)

                Listeners of this JVM
                  accept queue  backlog  listener
                             3      128  0.0.0.0:8443, opened by com.acme.shop.Main.main(Main.java:21)

                Retransmitted segments: 75 since the agent started, 60 by connections of this JVM
                  retransmitted  of them SYNs  segments sent  share  code path
                             60            20         20,000  0.3 %  com.acme.shop.Inventory.poll(Inventory.java:88)
                             15                                      (not this JVM's, as far as is known)
                             75                                      total, as the kernel counts

                Connections ended: 7 by this end first, 2 by the peer first, 1 by our reset, 3 by the peer's reset.

                How long connections lived
                  ended       median  exchanges at most  code path
                     13  about 15 ms                900  com.acme.shop.Inventory.poll(Inventory.java:88)

                Coverage: the agent and the kernel know 51 of 54 TCP descriptors of this process (94.4 %).
                1 is in no state that the kernel lists: not connected, or reset and not closed (state CLOSE).
                2 were opened before the agent, by native code, or while this was read.

                Missing:
                  interface speed: /sys/class/net/eth0/speed says -1
                """);
    }

    @Test
    void hostileNamesCannotBreakThePage() {
        assertThat(page(Samples.hostile())).isEqualTo("""
                tcp-health 0.1.0: com.acme.shop.Main (pid 4711), Java 25.0.1, on web1
                2026-11-23 14:05:09 UTC, rates over the last 10.0 s

                Host      no segment sent, so no retransmission ratio, 120.3 active opens/s, 4.0 passive opens/s
                Sockets   1 TIME_WAIT, 1 CLOSE_WAIT
                This JVM  0 open, 0 opened, 0 accepted, 0 closed

                TIME_WAIT: 1 socket
                evil\\n\\u001b[2J"\\\\u0000\\u202e\\u2028\\ud800,=*?:\\t</x> opened 1 of them (100 %)
                  opened here  share  closed here  code path
                            1  100 %            1  evil\\n\\u001b[2J"\\\\u0000\\u202e\\u2028\\ud800,=*?:\\t</x>
                            1  100 %            1  total, as the kernel counts

                CLOSE_WAIT: 1 socket the peer has closed and this side has not
                evil\\n\\u001b[2J"\\\\u0000\\u202e\\u2028\\ud800,=*?:\\t</x> opened 1 of them (100 %)
                  opened here  share  oldest  code path
                            1  100 %     1 s  evil\\n\\u001b[2J"\\\\u0000\\u202e\\u2028\\ud800,=*?:\\t</x>
                            1  100 %     1 s  total, as the kernel counts

                The stack that opened 1 in CLOSE_WAIT, 1 in TIME_WAIT (code path 1)
                    at evil\\n\\u001b[2J"\\\\u0000\\u202e\\u2028\\ud800,=*?:\\t</x>
                    at evil\\n\\u001b[2J"\\\\u0000\\u202e\\u2028\\ud800,=*?:\\t</x>

                Destinations of this JVM
                  connections  open  ESTABLISHED  TIME_WAIT  CLOSE_WAIT  ports left  destination
                            1     1            0          0           0              ...\\\\u0000\\u202e\\u2028\\ud800,=*?:\\t</x>

                Coverage: this process has no TCP descriptor now.

                Missing:
                  evil\\n\\u001b[2J"\\\\u0000\\u202e\\u2028\\ud800,=*?:\\t</x>
                """);
    }

    @Test
    void withoutTheKernelsSocketsNoCountIsMadeUp() {
        String page = page(Samples.withoutSockets());
        assertThat(page)
                .contains("""
                        Destinations of this JVM
                          connections  open  ESTABLISHED  TIME_WAIT  CLOSE_WAIT  ports left  destination
                                    8     8                                                  10.0.0.5:5432
                        """)
                .contains("Coverage unknown: the TCP descriptors of this process cannot be listed.")
                .doesNotContain(" -1");
    }

    @Test
    void isBounded() {
        assertThat(page(Samples.huge()).lines().toList())
                .hasSizeLessThan(220)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(ReportText.WIDTH))
                .contains("   49,905,045  99.8 %   49,905,045  (9,990 more code paths)")
                .contains("    and 436 more frames")
                .contains("  and 980 more");
    }

    @Test
    void hasNoControlCharacterOtherThanLineEnds() {
        assertThat(page(Samples.hostile()).replace("\n", "").codePoints()).allMatch(c -> c >= 0x20 && c < 0x7f);
        assertThat(ReportText.stack(Samples.hostile().codePaths().get(0)).lines())
                .hasSize(3);
    }

    @Test
    void whatIsWrongComesFirst() {
        String page = ReportText.render(Samples.bad(), Samples.sick(), Samples.CONTEXT);
        assertThat(page).contains("""

                Health    CRITICAL: 2 findings

                CRITICAL: 3 connects to 10.0.0.5:8080 failed: no local port was left for them
                  by      com.acme.shop.Prices.lookup(Prices.java:42)
                  because connects without a port: 3, ports in use: 28,232, connections: 612.5 /s
                  do      Keep connections open and use them again.
                  since   2026-11-23 14:05:09 UTC

                WARNING: 50 connections of com.acme.shop.Inventory.poll(Inventory.java:88) are in CLOSE_WAIT, the oldest for
                  12 min 34 s
                  because in CLOSE_WAIT: 50
                  do      Close the socket on every way out of this code.
                  since   2026-11-23 14:01:09 UTC

                Not enough data to judge:
                  10.0.0.7:5432: 1 of 20 segments retransmitted, too few to judge by

                Forecast, from the last 5 min
                    used      of  exhausted in  connections/s  sustainable rate  what
                  20,000  28,232    1 min 30 s          612.5             470.5  ports to 10.0.0.5:8080
                     600   1,000         never                                   descriptors

                Host""");
        assertThat(page.lines()).allMatch(line -> line.length() <= ReportText.WIDTH);
    }

    @Test
    void whereNothingIsWrongThatIsSaid() {
        HealthReport well = new HealthReport(true, List.of(), List.of(), List.of(), List.of(), List.of());
        assertThat(ReportText.render(Samples.healthy(), well, Samples.CONTEXT))
                .contains("\n\nHealth    OK: nothing is beyond the limits\n\nHost ");
    }

    @Test
    void theFirstSampleHasNoRates() {
        Snapshot first = withRows(List.of(), 0, 0, HostSample.UNKNOWN, Duration.ZERO);
        assertThat(page(first))
                .contains("2026-11-23 14:05:09 UTC, the first sample: no rates yet\n")
                .contains("Host      rates come with the second sample\n")
                .contains("Sockets   none\n")
                .contains("No destination yet.\n");
    }

    @Test
    void doesNotClaimThereAreNoSocketsWhereTheyCouldNotBeRead() {
        Snapshot first = withRows(List.of(), 0, 0, HostSample.UNKNOWN, Duration.ZERO);
        Snapshot unread = new Snapshot(
                first.at(),
                first.interval(),
                Duration.ZERO,
                first.took(),
                first.host(),
                StateCounts.UNKNOWN,
                JvmStats.NONE,
                List.of(),
                List.of(),
                List.of(),
                Retransmissions.UNKNOWN,
                Coverage.UNKNOWN,
                List.of("/proc/self/net/tcp: permission denied"));
        assertThat(page(unread))
                .contains("Sockets   unknown; see what is missing, at the end\n")
                .contains("TIME_WAIT: unknown, as the kernel's sockets could not be read.\n")
                .contains("CLOSE_WAIT: unknown, as the kernel's sockets could not be read.\n");
    }

    @Test
    void whatIsNoCodePathIsNotSaidToHaveOpenedAnything() {
        CodePathStats before = path(1, "(opened before the agent)", List.of(), 5);
        CodePathStats real = path(2, "a.B.c(B.java:1)", List.of("a.B.c(B.java:1)"), 3);
        assertThat(page(withRows(List.of(before, real), 10, 1, HostSample.UNKNOWN, Duration.ZERO)))
                .contains("""
                        TIME_WAIT: 10 sockets
                        5 of them (50.0 %): (opened before the agent)
                          opened here   share  closed here  code path
                                    5  50.0 %            0  (opened before the agent)
                                    3  30.0 %            0  a.B.c(B.java:1)
                                    1  10.0 %               (not this JVM's, as far as is known)
                                    1  10.0 %               (difference to the kernel's count, not explained)
                                   10   100 %            0  total, as the kernel counts
                        """)
                .contains("The stack that opened 3 in TIME_WAIT (code path 2)\n");
    }

    @Test
    void socketsOfOthersAloneAreSaidToBeTheirs() {
        assertThat(page(withRows(List.of(), 7, 7, HostSample.UNKNOWN, Duration.ZERO)))
                .contains("TIME_WAIT: 7 sockets, none of them known to be this JVM's\n");
    }

    @Test
    void isTheSameInEveryLocale() {
        String here = page(Samples.bad());
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(page(Samples.bad())).isEqualTo(here);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void namesAreCutOnTheLeftAndAgesShowTheTwoLargestUnits() {
        assertThat(Plain.shortened("com.acme.shop.Prices.lookup(Prices.java:42)", 40))
                .isEqualTo("...shop.Prices.lookup(Prices.java:42)");
        assertThat(Plain.shortened("x".repeat(50), 10)).isEqualTo("...xxxxxxx");
        assertThat(List.of(8, 200, 7500, 360_000))
                .extracting(seconds -> Plain.age(Duration.ofSeconds(seconds)))
                .containsExactly("8 s", "3 min 20 s", "2 h 5 min", "4 d 4 h");
    }

    @Test
    void pathsThroughOneLineAreToldApartByTheirCaller() {
        String line = "a.Pool.connect(Pool.java:17)";
        CodePathStats one = path(1, line, List.of(line, "a.Client.fetch(Client.java:8)"), 5);
        CodePathStats two = path(2, line, List.of(line, "a.Poller.run(Poller.java:3)"), 3);
        assertThat(page(withRows(List.of(one, two), 8, 0, HostSample.UNKNOWN, Duration.ZERO)))
                .contains("  a.Pool.connect(Pool.java:17) <- Client.fetch:8\n")
                .contains("  a.Pool.connect(Pool.java:17) <- Poller.run:3\n");
    }

    @Test
    void whatIsMissingIsToldToItsEnd() {
        String missing = "netlink: refused ".repeat(20) + "the end";
        assertThat(page(Samples.with(Samples.bad(), List.of(), missing)).lines())
                .allMatch(line -> line.length() <= ReportText.WIDTH)
                .anyMatch(line -> line.endsWith("the end"));
    }

    @Test
    void onlyAllIsAHundredPercent() {
        assertThat(Plain.wholeShare(99.999)).isEqualTo("99.9 %");
        assertThat(Plain.wholeShare(100)).isEqualTo("100 %");
        assertThat(Plain.share(1, 1_000_000)).isEqualTo("<0.1 %");
        assertThat(Plain.share(1, 0)).isEqualTo("-");
        assertThat(Plain.share(999_999, 1_000_000)).isEqualTo(">99.9 %");
        assertThat(Plain.wholeShare(0.001)).isEqualTo("<0.1 %");
        assertThat(Plain.percent(0.001)).isEqualTo("<0.1 %");
        assertThat(Plain.percent(0)).isEqualTo("0.0 %");
        assertThat(Plain.ratioPercent(0.00001)).isEqualTo("<0.0001 %");
    }

    private static Snapshot withRows(
            List<CodePathStats> paths, int timeWait, int others, HostSample host, Duration interval) {
        return new Snapshot(
                Samples.bad().at(),
                interval,
                Duration.ZERO,
                Duration.ZERO,
                host,
                Samples.states(Map.of(TcpState.TIME_WAIT, timeWait)),
                new JvmStats(0, 0, 0, 0, 0, 0, 0, 0, 0, StateCounts.NONE, others, 0, 0, 0, 60),
                paths,
                List.<DestinationStats>of(),
                List.of(),
                Retransmissions.UNKNOWN,
                Coverage.UNKNOWN,
                List.of());
    }

    private static CodePathStats path(int id, String name, List<String> stack, int timeWait) {
        StateCounts states = Samples.states(Map.of(TcpState.TIME_WAIT, timeWait));
        return new CodePathStats(
                id, name, stack, timeWait, 0, 0, 0, 0, 0, 0, states, 0, Duration.ZERO, Outcomes.NONE, false);
    }

    private static String page(Snapshot snapshot) {
        return ReportText.render(snapshot, HealthReport.NONE, Samples.CONTEXT);
    }
}
