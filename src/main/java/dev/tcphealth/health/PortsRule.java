package dev.tcphealth.health;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.Ports;
import dev.tcphealth.correlate.UsageStats;
import dev.tcphealth.health.History.Since;
import dev.tcphealth.kernel.Limits;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.text.Plain;
import org.jspecify.annotations.Nullable;

/** The ephemeral ports towards a destination run out, or have. */
final class PortsRule implements Rule {

    private static final double CRITICAL_PERCENT = 95;

    /** A rise that would end in a minute is no news while most ports are free: it may be a pool that is being filled. */
    private static final double WORTH_A_FORECAST_PERCENT = 25;

    private static final double SOON_SECONDS = 60;

    @Override
    public String name() {
        return "ports";
    }

    @Override
    public void judge(Sight sight, Verdicts verdicts) {
        for (DestinationStats to : sight.now().destinations()) {
            if (!to.inbound()) {
                judge(to, sight, verdicts);
            }
        }
    }

    private static void judge(DestinationStats to, Sight sight, Verdicts verdicts) {
        Ports ports = to.ports();
        Since last = sight.history().destinations.last(to.name());
        long failed = last.of(Histories.TO_NO_LOCAL_PORT);
        double percent = ports.total() > 0 ? 100.0 * (ports.total() - ports.left()) / ports.total() : Double.NaN;
        Forecast forecast = forecast(to, sight);
        double secondsLeft = forecast == null ? Double.POSITIVE_INFINITY : forecast.secondsLeftOfLate();
        if (failed > 0) {
            described(
                    verdicts.problem(
                                    to.name(),
                                    Severity.CRITICAL,
                                    Plain.counted(failed, "connect") + " to " + to.name()
                                            + " failed: no local port was left for "
                                            + (failed == 1 ? "it" : "them"))
                            .atOnce()
                            .evidence("connects without a port", failed, "connects")
                            .by(Usages.most(
                                    to,
                                    usage -> sight.history()
                                            .usages
                                            .last(Histories.key(to, usage))
                                            .of(Histories.BY_NO_LOCAL_PORT))),
                    to,
                    forecast,
                    sight);
        } else if (percent >= verdicts.limit(to.name(), sight.limits().portsUsed())) {
            described(
                    verdicts.problem(
                            to.name(),
                            percent >= CRITICAL_PERCENT ? Severity.CRITICAL : Severity.WARNING,
                            Plain.percent(percent) + " of the local ports towards " + to.name() + " are in use"
                                    + soon(secondsLeft)),
                    to,
                    forecast,
                    sight);
        } else if (secondsLeft < SOON_SECONDS && percent >= WORTH_A_FORECAST_PERCENT) {
            described(
                    verdicts.problem(
                            to.name(),
                            Severity.WARNING,
                            "The local ports towards " + to.name() + " are used up" + soon(secondsLeft)),
                    to,
                    forecast,
                    sight);
        }
    }

    private static String soon(double secondsLeft) {
        return Double.isInfinite(secondsLeft)
                ? ""
                : " in " + Plain.count(Math.round(secondsLeft)) + " s at the present rate";
    }

    private static void described(Problem problem, DestinationStats to, @Nullable Forecast forecast, Sight sight) {
        Ports ports = to.ports();
        problem.to(to.name())
                .evidence("ports in use", ports.used(), "ports")
                .evidence("of them in TIME_WAIT", ports.timeWait(), "ports")
                .evidence("ports there are", ports.total(), "ports")
                .evidence("ports left", ports.left(), "ports");
        if (forecast != null) {
            problem.evidence("connections", forecast.connectionsPerSecond(), "/s")
                    .evidence("sustainable rate", forecast.sustainablePerSecond(), "/s");
        }
        if (!problem.isNamed()) {
            problem.by(Usages.most(to, PortsRule::holds));
        }
        problem.advice(advice(sight.now().host().limits(), to));
    }

    private static long holds(UsageStats usage) {
        return (long) usage.states().total() - usage.states().of(TcpState.CLOSE);
    }

    private static String advice(Limits limits, DestinationStats to) {
        boolean reuses =
                limits.twReuse() == 1 || (limits.twReuse() == 2 && to.endpoint().isLoopback());
        return "Keep connections open and use them again (keep-alive, a pool). A wider net.ipv4.ip_local_port_range helps"
                + (reuses ? "" : ", and net.ipv4.tcp_tw_reuse=1 lets a port in TIME_WAIT be taken again")
                + "; tcp_fin_timeout and tcp_max_tw_buckets do not shorten TIME_WAIT.";
    }

    private static @Nullable Forecast forecast(DestinationStats to, Sight sight) {
        return sight.forecasts().stream()
                .filter(forecast -> forecast.destination().equals(to.name()))
                .findFirst()
                .orElse(null);
    }
}
