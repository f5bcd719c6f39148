package dev.tcphealth.mbean;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.ListenerStats;
import dev.tcphealth.correlate.Outcomes;
import dev.tcphealth.correlate.Ports;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.correlate.StateCounts;
import dev.tcphealth.report.Samples;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    private static final String FRAME = "com.acme.Client.get(Client.java:7)";

    @Test
    void codePathsWithOneFrameAreToldApartByTheirId() {
        CodePathNames names = new CodePathNames();
        assertThat(names.of(path(5, FRAME))).isEqualTo("Client.get(Client.java:7)");
        assertThat(names.of(path(3, FRAME))).isEqualTo("Client.get(Client.java:7) #3");
        assertThat(names.of(path(5, FRAME))).isEqualTo("Client.get(Client.java:7)");
        assertThat(names.of(path(9, "org.other.Client.get(Client.java:7)"))).isEqualTo("Client.get(Client.java:7) #9");
        assertThat(names.of(path(3, FRAME))).isEqualTo("Client.get(Client.java:7) #3");
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Client$Inner.<init>(Client.java:7), Client$Inner.<init>(Client.java:7)",
        "com.acme.Client.lambda$get$0(Client.java),   Client.lambda$get$0(Client.java)",
        "Client.get(Native Method),                   Client.get(Native Method)",
        "(opened before the agent),                   (opened before the agent)",
        "(other code paths ...),                      (other code paths ...)",
        "get(Client.java:7),                          get(Client.java:7)",
        "nothing of the kind,                         nothing of the kind",
        "'',                                          ''",
    })
    void shortNamesHaveNoPackage(String frame, String name) {
        assertThat(CodePathNames.shortName(frame)).isEqualTo(name);
    }

    @Test
    void longNamesKeepTheirEnd() {
        CodePathNames names = new CodePathNames();
        String name = "com.acme." + "X".repeat(500) + ".get(Client.java:7)";
        assertThat(names.of(path(1, name))).hasSize(203).startsWith("...XX").endsWith("X.get(Client.java:7)");
        assertThat(names.of(path(2, "com.acme.y." + name))).hasSize(206).endsWith("(Client.java:7) #2");
    }

    @Test
    void numbersHaveFourDecimals() {
        assertThat(Rounded.of(49.82140924836246)).isEqualTo(49.8214);
        assertThat(Rounded.of(0.00123)).isEqualTo(0.0012);
        assertThat(Rounded.of(-1.00004)).isEqualTo(-1.0);
        assertThat(Rounded.of(1e300)).isEqualTo(1e300);
        assertThat(Rounded.of(Double.NaN)).isNaN();
        assertThat(Rounded.of(Double.POSITIVE_INFINITY)).isInfinite();
    }

    @Test
    void listenersAtOneAddressAreNumberedAndKeepTheirNames() {
        ListenerNames names = new ListenerNames();
        assertThat(names(names, 12)).containsExactly("[::]:8080");
        assertThat(names(names, 10, 12, 11)).containsExactly("[::]:8080 #2", "[::]:8080", "[::]:8080 #3");
        assertThat(names(names, 11)).containsExactly("[::]:8080 #3");
        assertThat(names(names, 20, 11)).as("opened again").containsExactly("[::]:8080", "[::]:8080 #3");
    }

    @Test
    void acceptsCountForTheListenerThatTakesThem() {
        Snapshot snapshot = Samples.listening(
                List.of(
                        listener("[::]:8080", 1),
                        listener("[::]:8080", 2),
                        listener("10.0.0.1:8080", 3),
                        listener("0.0.0.0:9090", 4),
                        listener("127.0.0.1:18080", 5)),
                List.of(
                        accepted("10.0.0.1:8080", 100),
                        accepted("10.0.0.2:8080", 20),
                        accepted("[2001:db8::1]:8080", 3),
                        accepted("10.0.0.2:9090", 4000),
                        Samples.destination(
                                "10.9.9.9:8080", false, 7, 0, StateCounts.NONE, Ports.NONE, Outcomes.NONE)));
        assertThat(Stream.of(1L, 2L, 3L, 4L, 5L)
                        .map(inode -> Accepts.of(snapshot).get(inode))
                        .map(Accepts::accepted))
                .containsExactly(23L, 23L, 100L, 4000L, 0L);
    }

    private static List<String> names(ListenerNames names, long... inodes) {
        List<ListenerStats> listeners = Arrays.stream(inodes)
                .mapToObj(inode -> listener("[::]:8080", inode))
                .toList();
        names.update(listeners);
        return listeners.stream().map(names::of).toList();
    }

    private static ListenerStats listener(String name, long inode) {
        return new ListenerStats(name, inode, 1, FRAME, 0, 128);
    }

    private static DestinationStats accepted(String on, long total) {
        return Samples.destination("accepted on " + on, true, total, 0, StateCounts.NONE, Ports.NONE, Outcomes.NONE);
    }

    private static CodePathStats path(int id, String name) {
        return new CodePathStats(
                id, name, List.of(), 1, 0, 0, 0, 0, 0, 0, StateCounts.NONE, 0, Duration.ZERO, Outcomes.NONE, false);
    }
}
