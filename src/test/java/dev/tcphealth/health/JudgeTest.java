package dev.tcphealth.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.address.Endpoint;
import dev.tcphealth.address.Subnet;
import dev.tcphealth.config.HealthLimits;
import dev.tcphealth.config.OptionException;
import dev.tcphealth.connection.CodePaths;
import dev.tcphealth.correlate.ListenerStats;
import dev.tcphealth.health.Change.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class JudgeTest {

    private final World world = new World();
    private final Judge judge = new Judge(HealthLimits.defaults(), List.of());
    private final List<Change> changes = new ArrayList<>();

    @Test
    void nothingIsSaidOfWhatIsWell() {
        world.onLink.add(subnet("192.168.1.0/24"));
        HealthReport report = samples(30, w -> {
            w.connected += 5;
            w.ended += 5;
            w.endedByUs += 5;
            w.lifetimeMicros += 1000L * 5 * 60_000;
            w.segments += 10_000;
            w.timeWait = 60;
            w.established = 5;
        });
        assertThat(report.status()).isEqualTo("OK");
        assertThat(report.findings()).isEmpty();
        assertThat(report.undecided()).isEmpty();
        assertThat(changes).isEmpty();
    }

    @Test
    void retransmissionsOverDistance() {
        samples(2, w -> w.segments += 10_000);
        Finding finding = raisedWithin(3, "retransmission", w -> {
            w.segments += 10_000;
            w.retransmitted += 100;
        });
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.title())
                .matches("0\\.[5-9]\\d* %|1\\.00 % of the segments to 192.168.1.5:8080 are retransmitted; 0.5000 % is"
                        + " the limit over distance");
        assertNamed(finding);
        clearedWithin(20, w -> w.segments += 10_000);
    }

    @Test
    void theSameIsCriticalOnTheLocalNetwork() {
        world.onLink.add(subnet("192.168.1.0/24"));
        Finding finding = raisedWithin(3, "retransmission", w -> {
            w.segments += 10_000;
            w.retransmitted += 100;
        });
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(finding.title()).endsWith("0.0100 % is the limit on the local network");
    }

    @Test
    void theNetworksOfTheOptionsAreTheLocalOnesThen() throws OptionException {
        world.onLink.add(subnet("192.168.1.0/24"));
        judge.limits(judge.limits().with("local", "10.0.0.0/8"));
        HealthReport report = samples(10, w -> {
            w.segments += 10_000;
            w.retransmitted += 20;
        });
        assertThat(report.findings()).isEmpty();
        judge.limits(judge.limits().with("local", "192.168.0.0/16"));
        raisedWithin(3, "retransmission", w -> {
            w.segments += 10_000;
            w.retransmitted += 20;
        });
    }

    @Test
    void loopbackIsLocalAndPeersOfAcceptedConnectionsMayBeAnywhere() {
        world.onLink.add(subnet("192.168.1.0/24"));
        world.inbound = true;
        Consumer<World> some = w -> {
            w.segments += 10_000;
            w.retransmitted += 20;
        };
        assertThat(samples(10, some).findings()).isEmpty();
        world.endpoint = Endpoint.ipv4(0x7f000001, 80);
        raisedWithin(4, "retransmission", some);
    }

    @Test
    void fewSegmentsAreNotEnoughData() {
        HealthReport report = samples(10, w -> {
            w.segments += 50;
            w.retransmitted += 10;
        });
        assertThat(report.findings()).isEmpty();
        assertThat(report.undecided())
                .containsExactly("192.168.1.5:8080: 90 of 450 segments retransmitted, too few to judge by");
        assertThat(report.status()).isEqualTo("OK");
    }

    /** They are compared with what was retransmitted in the same time, though some Snapshots in it have read neither. */
    @Test
    void segmentsAreJudgedByTheSnapshotsThatReadThem() {
        samples(2, w -> w.segments += 10_000);
        for (int i = 1; i <= 5; i++) {
            world.trafficAge = Duration.ofSeconds(5L * i);
            samples(1, w -> {});
        }
        world.trafficAge = Duration.ZERO;
        samples(1, w -> {
            w.segments += 60_000;
            w.retransmitted += 600;
        });
        Finding finding = raisedWithin(1, "retransmission", w -> w.segments += 10);
        assertThat(finding.evidence())
                .contains(
                        new Evidence("segments sent", 60_010, "segments"),
                        new Evidence("retransmitted", 600, "segments"),
                        new Evidence("over", 35, "s"));
        assertNamed(finding);
    }

    @Test
    void noLocalPortIsCriticalAtOnce() {
        samples(1, w -> {});
        Finding finding = raisedWithin(1, "ports", w -> w.noLocalPort += 3);
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(finding.title()).isEqualTo("3 connects to 192.168.1.5:8080 failed: no local port was left for them");
        assertNamed(finding);
        assertThat(finding.advice()).contains("tcp_tw_reuse=1", "do not shorten TIME_WAIT");
        clearedWithin(4, w -> {});
    }

    @Test
    void portsRunningOut() {
        Finding finding = raisedWithin(3, "ports", w -> w.timeWait = 23_000);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.title()).startsWith("81.5 % of the local ports towards 192.168.1.5:8080 are in use");
        assertNamed(finding);
        sample(w -> w.timeWait = 27_500);
        assertThat(changes).extracting(Change::kind).containsExactly(Kind.RAISED, Kind.ESCALATED);
        samples(10, w -> w.timeWait = 23_000);
        assertThat(changes).extracting(Change::kind).containsExactly(Kind.RAISED, Kind.ESCALATED, Kind.EASED);
        clearedWithin(3, w -> w.timeWait = 100);
    }

    @Test
    void whatMayBeReusedIsNotUsed() {
        world.twReuse = 1;
        assertThat(samples(5, w -> w.timeWait = 27_000).findings()).isEmpty();
    }

    @Test
    void aRateThatCannotBeSustainedIsSaidBeforeThePortsAreGone() {
        Finding finding = raisedWithin(8, "ports", w -> {
            w.connected += 5000;
            w.ended += 5000;
            w.endedByUs += 5000;
            w.timeWait = Math.min(w.timeWait + 5000, 20_000);
        });
        assertThat(finding.title()).startsWith("The local ports towards 192.168.1.5:8080 are used up in ");
        Forecast forecast = forecast();
        assertThat(forecast.connectionsPerSecond()).isEqualTo(1000);
        assertThat(forecast.sustainablePerSecond()).isBetween(470.0, 471.0);
    }

    @Test
    void aRiseThatWillEndByItselfIsNoProblem() {
        HealthReport report = samples(11, w -> {
            w.connected += 500;
            w.ended += 500;
            w.endedByUs += 500;
            w.lifetimeMicros += 1000L * 500 * 20_000L;
            w.timeWait += 500;
        });
        assertThat(report.findings()).isEmpty();
        assertThat(forecast().secondsLeft()).isInfinite();
        assertThat(forecast().sustainablePerSecond()).isBetween(352.0, 353.0);
    }

    @Test
    void connectionsThatAreNeverClosedUseUpThePorts() {
        world.interval = 50;
        samples(6, w -> {
            w.connected += 500;
            w.established += 500;
        });
        assertThat(forecast().secondsLeft()).as("four minutes are no trend").isInfinite();
        assertThat(forecast().perSecond()).isNaN();
        assertThat(forecast().sustainablePerSecond())
                .as("none of them has ended")
                .isNaN();
        sample(w -> {
            w.connected += 500;
            w.established += 500;
        });
        assertThat(forecast().perSecond()).isEqualTo(10);
        assertThat(forecast().secondsLeft()).isBetween(2470.0, 2480.0);
    }

    @Test
    void closeWaitThatIsOld() {
        Finding finding = raisedWithin(3, "close-wait", w -> {
            w.closeWait = 1;
            w.oldestCloseWait = Duration.ofSeconds(75);
        });
        assertThat(finding.title())
                .isEqualTo("1 connection of " + World.PATH + " is in CLOSE_WAIT, the oldest for 1 min 15 s");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertNamed(finding);
        clearedWithin(3, w -> {
            w.closeWait = 0;
            w.oldestCloseWait = Duration.ZERO;
        });
    }

    @Test
    void closeWaitThatOnlyRises() {
        Finding finding = raisedWithin(10, "close-wait", w -> w.closeWait += 2);
        assertThat(finding.title()).endsWith(" and the count only rises");
        clearedWithin(3, w -> w.closeWait = 0);
    }

    @Test
    void closeWaitThatComesAndGoesIsNone() {
        assertThat(samples(40, w -> w.closeWait = (w.closeWait + 3) % 20).findings())
                .isEmpty();
    }

    @Test
    void leakedChannelsAndCollectedSockets() {
        Finding channels = raisedWithin(2, "leaked", w -> w.leaked = 2);
        assertThat(channels.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(channels.codePath()).isEqualTo(World.PATH);
        clearedWithin(3, w -> w.leaked = 0);
        Finding sockets = raisedWithin(3, "leaked", w -> w.collected += 1);
        assertThat(sockets.severity()).isEqualTo(Severity.WARNING);
        assertThat(sockets.title()).startsWith("The garbage collector had to close 2 sockets that " + World.PATH);
        clearedWithin(History.DEPTH + 4, w -> {});
    }

    @Test
    void oneIsSingular() {
        assertThat(raisedWithin(2, "leaked", w -> w.leaked = 1).title())
                .isEqualTo("1 channel that " + World.PATH + " opened is lost and open: nothing will ever close it");
    }

    @Test
    void whatHappenedBeforeItsFirstSampleCounts() {
        world.copies = 0;
        samples(2, w -> {});
        world.copies = 1;
        raisedWithin(2, "connects-failing", w -> w.refused = 5);
    }

    @Test
    void shortConnections() {
        Consumer<World> churn = w -> {
            w.connected += 500;
            w.ended += 500;
            w.endedByUs += 500;
            w.lifetimeMicros += 1000L * 2000;
            w.timeWait = 6000;
        };
        Finding finding = raisedWithin(3, "no-reuse", churn);
        assertThat(finding.title())
                .isEqualTo(
                        World.PATH + " opens 100.0 connections/s to 192.168.1.5:8080 with a mean lifetime of 4.00 ms");
        assertNamed(finding);
        clearedWithin(16, w -> {});
    }

    /** One in ten stacks is captured: what is captured alone is below the limit. */
    @Test
    void shortConnectionsOfWhichFewWereCaptured() {
        Finding finding = raisedWithin(3, "no-reuse", w -> {
            w.connected += 50;
            w.ended += 50;
            w.lifetimeMicros += 4000L * 50;
            w.notCaptured += 450;
        });
        assertThat(finding.title())
                .isEqualTo(
                        "100.0 connections/s to 192.168.1.5:8080 have a mean lifetime of 4.00 ms; by estimate most are"
                                + " opened by " + World.PATH);
        assertNamed(finding);
    }

    @Test
    void connectionsThatLiveLongOrFailAreNotShort() {
        assertThat(samples(10, w -> {
                            w.connected += 500;
                            w.ended += 500;
                            w.lifetimeMicros += 1000L * 500 * 11_000L;
                        })
                        .findings())
                .isEmpty();
        samples(3, w -> w.refused += 500);
        assertThat(changes).extracting(change -> change.finding().rule()).containsOnly("connects-failing");
    }

    @Test
    void failingConnects() {
        samples(2, w -> w.connected += 10);
        Finding finding = raisedWithin(3, "connects-failing", w -> {
            w.refused += 2;
            w.timedOut++;
            w.connected++;
        });
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.title())
                .isEqualTo("75.0 % of the connects to 192.168.1.5:8080 fail: 2 refused, 1 timed out");
        assertThat(finding.advice()).startsWith("Nobody listens there");
        assertNamed(finding);
        samples(2, w -> w.unreachable += 10);
        assertThat(changes).extracting(Change::kind).containsExactly(Kind.RAISED, Kind.ESCALATED);
        clearedWithin(6, w -> w.connected += 200);
    }

    @Test
    void resetsByThePeer() {
        Finding finding = raisedWithin(3, "connects-failing", w -> {
            w.connected += 10;
            w.ended += 10;
            w.resetByPeer += 3;
        });
        assertThat(finding.title()).isEqualTo("30.0 % of the connections to 192.168.1.5:8080 were reset by the peer");
        assertNamed(finding);
        clearedWithin(20, w -> w.ended += 10);
        world.inbound = true;
        samples(10, w -> {
            w.ended += 10;
            w.resetByPeer += 10;
        });
        assertThat(changes).isEmpty();
    }

    @Test
    void aFailureNowAndThenIsNone() {
        assertThat(samples(40, w -> {
                            w.connected += 30;
                            w.refused += 1;
                        })
                        .findings())
                .isEmpty();
    }

    @Test
    void acceptQueues() {
        Finding finding = raisedWithin(3, "accept-queue", w -> {
            w.listeners.clear();
            w.listeners.add(new ListenerStats("0.0.0.0:80", 4711, World.PATH_ID, World.PATH, 41, 50));
        });
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        sample(w -> {
            w.overflows += 5;
            w.listeners.set(0, new ListenerStats("0.0.0.0:80", 4711, World.PATH_ID, World.PATH, 51, 50));
        });
        Finding full = changes.get(1).finding();
        assertThat(full.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(full.title())
                .isEqualTo("51 connections wait at 0.0.0.0:80 to be accepted; 50 may, and what comes now is dropped");
        assertThat(full.codePath()).isEqualTo(World.PATH);
        clearedWithin(3, w -> w.listeners.set(0, new ListenerStats("0.0.0.0:80", 4711, 7, World.PATH, 0, 50)));
    }

    @Test
    void aBurstBetweenTwoSamplesIsSeenByItsOverflows() {
        world.listeners.add(new ListenerStats("0.0.0.0:80", 4711, World.PATH_ID, World.PATH, 0, 50));
        samples(2, w -> {});
        Finding finding = raisedWithin(2, "accept-queue", w -> w.overflows += 3);
        assertThat(finding.title())
                .isEqualTo("3 connections were dropped at a full accept queue of this JVM between two samples");
    }

    @Test
    void limitsThatAreNear() {
        sample(w -> {});
        Finding finding = raisedWithin(2, "limits-near", w -> w.descriptors = 8500);
        assertThat(finding.title()).isEqualTo("85.0 % of this process's descriptors are in use");
        assertThat(finding.codePathId()).isEqualTo(-1);
        clearedWithin(3, w -> w.descriptors = 100);
        assertThat(raisedWithin(3, "limits-near", w -> w.hostTimeWait = 64_000).severity())
                .isEqualTo(Severity.CRITICAL);
        clearedWithin(3, w -> w.hostTimeWait = 0);
        raisedWithin(3, "limits-near", w -> w.orphans = 14_000);
    }

    @Test
    void aProblemSeenOnceIsNoFindingAndOneThatIsGoneForAMomentStays() {
        sample(w -> w.timeWait = 23_000);
        sample(w -> w.timeWait = 0);
        assertThat(changes).isEmpty();
        raisedWithin(2, "ports", w -> w.timeWait = 23_000);
        for (int i = 0; i < 10; i++) {
            samples(2, w -> w.timeWait = 0);
            sample(w -> w.timeWait = 23_000);
        }
        assertThat(changes).hasSize(1);
    }

    @Test
    void atTheLimitItDoesNotFlap() {
        for (int i = 0; i < 20; i++) {
            sample(w -> w.timeWait = 22_600);
            sample(w -> w.timeWait = 22_500);
            sample(w -> w.timeWait = 22_600);
        }
        assertThat(changes).extracting(Change::kind).containsExactly(Kind.RAISED);
    }

    @Test
    void whatCannotBeReadIsNotGone() {
        Finding finding = raisedWithin(2, "ports", w -> w.timeWait = 23_000);
        assertThat(samples(10, w -> {
                            w.readable = false;
                            w.timeWait = 0;
                        })
                        .findings())
                .singleElement()
                .isEqualTo(finding);
        assertThat(changes).hasSize(1);
    }

    @Test
    void withoutTheFactsThereIsNoVerdict() {
        assertThat(samples(3, w -> {}).status()).isEqualTo("OK");
        HealthReport withoutSockets = samples(1, w -> w.readable = false);
        assertThat(withoutSockets.status()).isEqualTo("UNKNOWN");
        assertThat(withoutSockets.unknown()).containsExactly("the states of sockets are not known");
        assertThat(samples(1, w -> w.readable = true).status()).isEqualTo("OK");
        assertThat(samples(1, w -> w.descriptors = -1).unknown())
                .containsExactly("the number of open descriptors is not known");
        assertThat(samples(1, w -> w.descriptorsLimit = -1).unknown())
                .containsExactly(
                        "the number of open descriptors is not known", "the limit of open descriptors is not known");
    }

    @Test
    void whatIsKnownToBeCriticalIsSoWhateverElseIsMissing() {
        HealthReport report = samples(3, w -> {
            w.readable = false;
            w.descriptors = w.descriptorsLimit;
        });
        assertThat(report.status()).isEqualTo("CRITICAL");
        HealthReport unread = samples(1, w -> w.descriptors = -1);
        assertThat(unread.status()).isEqualTo("UNKNOWN");
        assertThat(unread.findings()).as("what was found before stays listed").isNotEmpty();
    }

    @Test
    void aResetOfTheCountersIsNoProblem() {
        samples(5, w -> {
            w.connected += 10_000;
            w.segments += 1_000_000;
            w.retransmitted += 10;
        });
        samples(5, w -> {
            w.connected = 0;
            w.segments = 0;
            w.retransmitted = 0;
        });
        assertThat(changes).isEmpty();
    }

    @Test
    void tenThousandProblemsAreBounded() {
        world.copies = 10_000;
        HealthReport report = samples(4, w -> w.refused += 10);
        assertThat(report.findings()).hasSize(Verdicts.MOST);
        assertThat(report.forecasts()).hasSizeLessThan(Forecasts.MOST + 5);
    }

    @Test
    void theFirstToRunOutIsTheFirstForecast() {
        samples(62, w -> w.descriptors += 100);
        Forecast first = lastReport().forecasts().get(0);
        assertThat(first.what()).isEqualTo("descriptors");
        assertThat(first.secondsLeft()).isBetween(180.0, 190.0);
        assertThat(first.perSecond()).isEqualTo(20);
    }

    /** 1 % used, and a rise that would take a week. */
    @Test
    void whatIsFarFromItsEndIsNotForecast() {
        world.interval = 100;
        world.descriptorsLimit = 100_000;
        samples(10, w -> w.descriptors += 10);
        assertThat(descriptors().secondsLeft()).isInfinite();
        samples(10, w -> w.descriptors += 500);
        assertThat(descriptors().secondsLeft()).as("five hours").isBetween(18_000.0, 20_000.0);
    }

    private Forecast descriptors() {
        return last.forecasts().stream()
                .filter(forecast -> forecast.what().equals("descriptors"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void noCodeIsNamedForWhatWasNotCaptured() {
        world.path = CodePaths.NOT_CAPTURED;
        HealthReport report = samples(20, w -> {
            w.closeWait += 10;
            w.oldestCloseWait = Duration.ofMinutes(10);
            w.leaked += 2;
            w.collected += 2;
            w.connected += 1000;
            w.ended += 1000;
            w.descriptors = 9900;
        });
        assertThat(report.findings()).extracting(Finding::rule).containsExactly("limits-near", "no-reuse");
        assertThat(report.findings()).extracting(Finding::codePath).containsOnly("");
    }

    /** When an idle destination makes room, what once failed there is added to the row for all others. */
    @Test
    void theRowForAllOthersHasNoRates() {
        world.endpoint = Endpoint.UNSPECIFIED;
        assertThat(samples(10, w -> w.refused += 100).findings()).isEmpty();
    }

    @Test
    void dropsAtOthersAcceptQueuesAreNoFinding() {
        world.listeners.add(new ListenerStats("0.0.0.0:8080", 1, World.PATH_ID, World.PATH, 0, 50));
        world.listenersOfOthers = 1;
        assertThat(samples(10, w -> w.overflows += 100).findings()).isEmpty();
    }

    private HealthReport last = HealthReport.NONE;

    private HealthReport lastReport() {
        return last;
    }

    private Forecast forecast() {
        return last.forecasts().stream()
                .filter(forecast -> forecast.destination().equals(world.destinationName()))
                .findFirst()
                .orElseThrow();
    }

    private HealthReport sample(Consumer<World> change) {
        change.accept(world);
        last = judge.judge(world.next());
        changes.addAll(last.changes());
        return last;
    }

    private HealthReport samples(int count, Consumer<World> change) {
        for (int i = 0; i < count; i++) {
            sample(change);
        }
        return last;
    }

    private Finding raisedWithin(int count, String rule, Consumer<World> change) {
        changes.clear();
        for (int i = 0; i < count; i++) {
            sample(change);
            for (Change one : changes) {
                if (one.kind() == Kind.RAISED && one.finding().rule().equals(rule)) {
                    assertThat(last.findings()).contains(one.finding());
                    return one.finding();
                }
            }
        }
        throw new AssertionError(rule + " was not raised: " + last);
    }

    private void clearedWithin(int count, Consumer<World> change) {
        changes.clear();
        for (int i = 0; i < count && last.findings().size() > 0; i++) {
            sample(change);
        }
        assertThat(last.findings()).isEmpty();
        assertThat(changes).extracting(Change::kind).contains(Kind.CLEARED);
        changes.clear();
    }

    private void assertNamed(Finding finding) {
        assertThat(finding.codePath()).isEqualTo(World.PATH);
        assertThat(finding.codePathId()).isEqualTo(World.PATH_ID);
        assertThat(finding.destination()).isEqualTo(world.destinationName());
        assertThat(finding.evidence()).isNotEmpty();
        assertThat(finding.advice()).isNotBlank();
        assertThat(finding.since()).isBeforeOrEqualTo(world.next().at());
    }

    private static Subnet subnet(String text) {
        return Subnet.parse(text).orElseThrow();
    }
}
