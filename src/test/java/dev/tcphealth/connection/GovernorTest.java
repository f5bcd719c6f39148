package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A clock of its own: each second something is spent. */
class GovernorTest {

    private static final long SECOND = 1_000_000_000;
    private static final long START = Long.MAX_VALUE - 20 * SECOND; // a clock of nanoTime may turn negative
    private static final int PERCENT = 5;
    private static final int LOOKS = 2000;

    private final Governor governor = new Governor(PERCENT, START);
    private long now = START;

    /** The cost of events that had stacks looked at. */
    private void hooks(long nanos, int events, long nowNanos) {
        for (int i = 0; i < LOOKS; i++) {
            governor.looked();
        }
        governor.hooks(nanos, events, nowNanos);
    }

    /** Lets so many seconds pass in which the agent takes so many milliseconds of each. */
    private void seconds(int count, double millis) {
        for (int i = 0; i < count; i++) {
            now += SECOND;
            hooks((long) (millis * 1e6), Governor.ENOUGH_TIMED, now);
        }
    }

    /** The same where looking at all stacks would take so many milliseconds, and all else so many. */
    private void governed(int count, double stacks, double rest) {
        for (int i = 0; i < count; i++) {
            seconds(1, stacks / governor.oneIn() + rest);
        }
    }

    @Test
    void belowTheLimitEveryStackIsLookedAt() {
        seconds(100, 49);
        assertThat(governor.oneIn()).isEqualTo(1);
        for (int i = 0; i < 1000; i++) {
            assertThat(governor.looks()).isTrue();
        }
    }

    @Test
    void aPeakThatTheTenSecondsCanBearChangesNothing() {
        seconds(20, 1);
        seconds(1, 450);
        seconds(20, 1);
        assertThat(governor.oneIn()).isEqualTo(1);
    }

    @Test
    void aboveTheLimitFewerAreLookedAtUntilItHolds() {
        governed(9, 400, 10);
        assertThat(governor.oneIn()).as("within ten seconds").isGreaterThan(8);
        governed(60, 400, 10);
        int settled = governor.oneIn();
        assertThat(400.0 / settled + 10).isLessThanOrEqualTo(50);
        assertThat(settled).as("and not many fewer than that takes").isLessThanOrEqualTo(20);
        governed(1000, 400, 10);
        assertThat(governor.oneIn()).as("it does not go to and fro").isEqualTo(settled);
    }

    @Test
    void itReturnsToAllStacksWhenThereIsLess() {
        governed(30, 400, 10);
        assertThat(governor.oneIn()).isGreaterThan(1);
        governed(200, 20, 1);
        assertThat(governor.oneIn()).isEqualTo(1);
    }

    @Test
    void itDoesNotReturnWhileItWouldHaveToLeaveAgain() {
        governed(30, 400, 10);
        int least = governor.oneIn();
        for (int i = 0; i < 500; i++) {
            governed(1, 70, 1);
            assertThat(governor.oneIn()).isLessThanOrEqualTo(least);
            least = governor.oneIn();
        }
        assertThat(least).isGreaterThan(1);
    }

    @Test
    void itReturnsAfterATimeWithoutEvents() {
        governed(30, 60, 10);
        assertThat(governor.oneIn()).isBetween(2, 3);
        now += 3600 * SECOND;
        seconds(1, 1);
        assertThat(governor.oneIn()).isEqualTo(1);
    }

    /** Such as of a busy machine, where an event now and then waits for its turn. */
    @Test
    void aFewEventsThatTookLongAreNoProof() {
        for (int i = 0; i < 100; i++) {
            now += SECOND;
            hooks(400_000_000, 19, now);
        }
        assertThat(governor.oneIn()).isEqualTo(1);
        now += SECOND;
        hooks(400_000_000, 200, now);
        assertThat(governor.oneIn()).isGreaterThan(1);
    }

    @Test
    void thereIsABottom() {
        seconds(100, 900);
        assertThat(governor.oneIn()).isEqualTo(Governor.FEWEST);
    }

    @Test
    void theSamplersCostCountsToo() {
        for (int i = 0; i < 10; i++) {
            now += SECOND;
            governor.sampler(40_000_000, now);
            hooks(40_000_000, 100, now);
        }
        assertThat(governor.oneIn()).isGreaterThan(1);
        assertThat(governor.samplerNanos()).isEqualTo(400_000_000);
        assertThat(governor.hookNanos()).isEqualTo(400_000_000);
    }

    /** It would cost as much if no stack were looked at. */
    @Test
    void theSamplersCostAloneBlindsNobody() {
        for (int i = 0; i < 100; i++) {
            now += SECOND;
            governor.sampler(200_000_000, now);
            hooks(10_000_000, 100, now);
        }
        assertThat(governor.oneIn()).isEqualTo(1);
    }

    /** As where stacks are recognised. */
    @Test
    void whereFewStacksAreLookedAtAllAre() {
        for (int i = 0; i < 100; i++) {
            now += SECOND;
            for (int look = 0; look < LOOKS / 4; look++) {
                governor.looked();
            }
            governor.hooks(400_000_000, Governor.ENOUGH_TIMED, now);
        }
        assertThat(governor.oneIn()).isEqualTo(1);
    }

    @Test
    void withoutALimitItNeverDoes() {
        Governor never = new Governor(0, START);
        for (int i = 1; i < 100; i++) {
            never.hooks(SECOND, 1000, START + i * SECOND);
        }
        assertThat(never.oneIn()).isEqualTo(1);
        assertThat(never.hookNanos()).isEqualTo(99 * SECOND);
    }

    /** With 1 in n looked at, the share that is looked at is 1/n; the bounds are five standard deviations. */
    @Test
    void whatIsLookedAtIsASampleOfThatSize() {
        governed(30, 400, 10);
        int n = governor.oneIn();
        int events = 100_000;
        int looked = 0;
        for (int i = 0; i < events; i++) {
            looked += governor.looks() ? 1 : 0;
        }
        double expected = (double) events / n;
        assertThat((double) looked).isBetween(expected - 5 * Math.sqrt(expected), expected + 5 * Math.sqrt(expected));
    }

    @Test
    void anEventIsNotTakenToLastLongerThanOneDoes() {
        assertThat(HookClock.took(100, 1100)).isEqualTo(1000);
        assertThat(HookClock.took(100, 50_000_000)).isEqualTo(HookClock.LONGEST_NANOS);
        assertThat(HookClock.took(100, 99)).isZero();
    }
}
