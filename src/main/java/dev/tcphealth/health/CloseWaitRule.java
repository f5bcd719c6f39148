package dev.tcphealth.health;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.health.History.Since;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.text.Plain;

/** The peer has closed, and this side does not. */
final class CloseWaitRule implements Rule {

    /** A count that has risen by so many in so many samples, and never fallen, only rises. */
    private static final int RISEN_BY = 5;

    private static final int SAMPLES = 6;

    @Override
    public String name() {
        return "close-wait";
    }

    @Override
    public void judge(Sight sight, Verdicts verdicts) {
        for (CodePathStats path : sight.now().codePaths()) {
            int count = path.states().of(TcpState.CLOSE_WAIT);
            if (count > 0 && path.captured()) {
                judge(path, count, sight, verdicts);
            }
        }
    }

    private static void judge(CodePathStats path, int count, Sight sight, Verdicts verdicts) {
        Since rise = sight.history().closeWait.all(Histories.key(path));
        boolean rising = rise.of(0) >= RISEN_BY && rise.samples() >= SAMPLES;
        boolean old = path.oldestCloseWait().compareTo(sight.limits().closeWait()) >= 0;
        if (!old && !rising) {
            return;
        }
        Problem problem = verdicts.problem(
                Histories.key(path),
                old && rising ? Severity.CRITICAL : Severity.WARNING,
                Plain.counted(count, "connection") + " of " + path.name()
                        + (count == 1 ? " is" : " are") + " in CLOSE_WAIT, "
                        + (old ? "the oldest for " + Plain.age(path.oldestCloseWait()) : "and the count only rises"));
        problem.by(path.id(), path.name())
                .to(Usages.mostOf(
                        path.id(), sight.now(), usage -> usage.states().of(TcpState.CLOSE_WAIT)))
                .evidence("in CLOSE_WAIT", count, "connections")
                .evidence("oldest", path.oldestCloseWait().toMillis() / 1000.0, "s")
                .advice(
                        "The peer has closed and this code never does: close the socket, stream or response on every way"
                                + " out of it, exceptions included (try-with-resources). No kernel setting ends CLOSE_WAIT.");
        if (rising) {
            problem.evidence("more since " + Plain.count(Math.round(rise.seconds())) + " s", rise.of(0), "connections");
        }
    }
}
