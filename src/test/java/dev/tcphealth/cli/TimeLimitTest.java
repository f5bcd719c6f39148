package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    private static final Deadline SOON = Deadline.in(Duration.ofMillis(1));

    /** As it does that opens a FIFO. */
    @Test
    void leavesBehindWhatWaitsForEver() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() -> TimeLimit.run(7, SOON, () -> {
                    never.await();
                    return 0;
                }))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> {
                    assertThat(failure.exit()).isEqualTo(ExitCode.NOT_ATTACHABLE);
                    assertThat(failure.line()).contains("process 7", "within 1 s");
                });
    }

    @Test
    void givesWhatTheCommandGives() throws Exception {
        assertThat(TimeLimit.run(7, SOON, () -> 6)).isEqualTo(6);
        CommandFailure failure = new CommandFailure(ExitCode.NO_AGENT, "no agent");
        assertThatThrownBy(() -> TimeLimit.run(7, SOON, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }
}
