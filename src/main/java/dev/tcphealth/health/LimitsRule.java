package dev.tcphealth.health;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.text.Plain;
import java.util.Comparator;
import java.util.function.ToLongFunction;

/** A limit of the process or of the kernel is near. */
final class LimitsRule implements Rule {

    private static final double CRITICAL_PERCENT = 95;

    @Override
    public String name() {
        return "limits-near";
    }

    @Override
    public void judge(Sight sight, Verdicts verdicts) {
        for (Forecast forecast : sight.forecasts()) {
            if (forecast.destination().isEmpty()
                    && forecast.usedPercent()
                            >= verdicts.limit(forecast.what(), sight.limits().limitsNear())) {
                problem(forecast, sight, verdicts);
            }
        }
    }

    private static void problem(Forecast forecast, Sight sight, Verdicts verdicts) {
        boolean endless = Double.isInfinite(forecast.secondsLeft());
        Problem problem = verdicts.problem(
                        forecast.what(),
                        forecast.usedPercent() >= CRITICAL_PERCENT ? Severity.CRITICAL : Severity.WARNING,
                        Plain.percent(forecast.usedPercent()) + " of " + what(forecast) + " are in use"
                                + (endless
                                        ? ""
                                        : ", all of them in " + Plain.count(Math.round(forecast.secondsLeft()))
                                                + " s at the present rate"))
                .evidence("in use", forecast.used(), "")
                .evidence("limit", forecast.limit(), "")
                .evidence("rise", forecast.perSecond(), "/s");
        switch (forecast.what()) {
            case Forecasts.DESCRIPTORS -> {
                name(problem, sight, CodePathStats::live);
                problem.advice("Past the limit no file and no connection can be opened. Close what is not needed; the"
                        + " limit itself is the soft one of ulimit -n, or LimitNOFILE of the service.");
            }
            case Forecasts.TIME_WAIT -> {
                name(problem, sight, path -> path.states().of(TcpState.TIME_WAIT));
                problem.advice("Past net.ipv4.tcp_max_tw_buckets the kernel ends TIME_WAIT early and late segments may"
                        + " reach the wrong connection. Reuse connections, or raise it: one costs the kernel some 250"
                        + " bytes.");
            }
            default ->
                problem.advice(
                        "Past net.ipv4.tcp_max_orphans the kernel resets connections that were closed with data"
                                + " still to be sent. Look for peers that do not read, and for closes right after large writes.");
        }
    }

    private static String what(Forecast forecast) {
        return forecast.what().equals(Forecasts.DESCRIPTORS)
                ? "this process's descriptors"
                : forecast.what() + " of this network namespace";
    }

    private static void name(Problem problem, Sight sight, ToLongFunction<CodePathStats> of) {
        sight.now().codePaths().stream()
                .filter(path -> path.captured() && of.applyAsLong(path) > 0)
                .max(Comparator.comparingLong(of))
                .ifPresent(path -> problem.by(path.id(), path.name()));
    }
}
