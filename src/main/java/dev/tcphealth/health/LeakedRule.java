package dev.tcphealth.health;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.text.Plain;

/** The application has lost sockets without closing them. */
final class LeakedRule implements Rule {

    @Override
    public String name() {
        return "leaked";
    }

    @Override
    public void judge(Sight sight, Verdicts verdicts) {
        for (CodePathStats path : sight.now().codePaths()) {
            if (!path.captured()) {
                continue;
            }
            long collected = sight.history().collected.all(Histories.key(path)).of(0);
            if (path.leaked() >= sight.limits().leaked()) {
                verdicts.problem(
                                "channels " + Histories.key(path),
                                Severity.CRITICAL,
                                Plain.counted(path.leaked(), "channel") + " that " + path.name() + " opened "
                                        + (path.leaked() == 1
                                                ? "is lost and open: nothing will ever close it"
                                                : "are lost and open: nothing will ever close them"))
                        .by(path.id(), path.name())
                        .to(Usages.mostOf(
                                path.id(), sight.now(), usage -> usage.states().total()))
                        .evidence("lost and open", path.leaked(), "channels")
                        .evidence("in CLOSE_WAIT", path.states().of(TcpState.CLOSE_WAIT), "connections")
                        .advice("Close the channel on every way out of this code, exceptions included"
                                + " (try-with-resources). The garbage collector does not close channels, and only a"
                                + " restart frees these.");
            }
            if (collected >= sight.limits().leaked()) {
                verdicts.problem(
                                "sockets " + Histories.key(path),
                                Severity.WARNING,
                                "The garbage collector had to close " + Plain.counted(collected, "socket") + " that "
                                        + path.name() + " opened")
                        .by(path.id(), path.name())
                        .evidence("closed by the garbage collector", collected, "sockets")
                        .advice("Close the socket on every way out of this code, exceptions included"
                                + " (try-with-resources): until a garbage collection happens to come, descriptors and"
                                + " ports stay in use.");
            }
        }
    }
}
