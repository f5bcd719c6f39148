package dev.tcphealth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SampleBudgetTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final SampleBudget budget = new SampleBudget(5);

    @Test
    void samplesThatCostLittleComeAtTheIntervalThatWasAskedFor() {
        took(0.25, 0.25, 0.25, 0.25);
        assertThat(budget.factor(INTERVAL)).isEqualTo(1);
        assertThat(budget.reason(INTERVAL)).isNull();
    }

    @Test
    void samplesThatCostMoreThanIsAllowedComeLessOften() {
        took(0.8, 0.9, 0.81);
        assertThat(budget.factor(INTERVAL)).isEqualTo(4);
        assertThat(budget.reason(INTERVAL))
                .isEqualTo("samples every 20 s instead of 5 s: reading the kernel takes 0.80 s, and max-overhead allows"
                        + " 5 % of a core");
    }

    @Test
    void asSoonAsOneCostsLessTheyComeAtTheOldInterval() {
        took(0.8, 0.8, 0.8, 0.1);
        assertThat(budget.factor(INTERVAL)).isEqualTo(1);
    }

    @Test
    void oneOrTwoThatCostMoreChangeNothing() {
        took(3, 3);
        assertThat(budget.factor(INTERVAL)).isEqualTo(1);
        took(0.1, 3, 3);
        assertThat(budget.factor(INTERVAL)).isEqualTo(1);
    }

    @Test
    void withoutALimitNothingIsStretched() {
        SampleBudget none = new SampleBudget(0);
        for (int i = 0; i < 5; i++) {
            none.took(Duration.ofSeconds(10).toNanos());
        }
        assertThat(none.factor(INTERVAL)).isEqualTo(1);
    }

    @Test
    void noIntervalBecomesLongerThanAnHour() {
        took(1e6, 1e6, 1e6);
        assertThat(INTERVAL.multipliedBy(budget.factor(INTERVAL))).isEqualTo(Duration.ofHours(1));
        assertThat(budget.factor(Duration.ofHours(1))).isEqualTo(1);
    }

    private void took(double... seconds) {
        for (double each : seconds) {
            budget.took(Math.round(each * 1e9));
        }
    }
}
