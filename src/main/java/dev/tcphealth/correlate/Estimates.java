package dev.tcphealth.correlate;

import dev.tcphealth.connection.CodePaths;
import dev.tcphealth.correlate.Outcomes.Connects;
import dev.tcphealth.correlate.Outcomes.Endings;
import dev.tcphealth.correlate.Outcomes.Traffic;
import dev.tcphealth.kernel.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;

/**
 * Gives what was not captured to the code paths that most probably did it, and marks these as estimated. Each captured
 * stack stands for as many events as were left out for it at that time, and what was accepted is split apart from what was
 * opened, as their states differ. Sums stay what they are: what is left after
 * rounding down stays with {@link CodePaths#NOT_CAPTURED} and {@link CodePaths#ACCEPTED_NOT_CAPTURED}.
 */
final class Estimates {

    private Estimates() {}

    /**
     * Splits the rows of what was not captured, where there are any.
     *
     * @param standsFor for each row, how many events its captured stacks stand for besides themselves
     */
    static List<CodePathStats> of(List<CodePathStats> rows, List<Long> standsFor) {
        List<CodePathStats> split = new ArrayList<>(rows);
        for (int at = 0; at < rows.size(); at++) {
            String name = rows.get(at).name();
            if (name.equals(CodePaths.NOT_CAPTURED)) {
                split(
                        at,
                        split,
                        weights(rows, standsFor, CodePathStats::opened),
                        weights(rows, standsFor, CodePathStats::closed));
            } else if (name.equals(CodePaths.ACCEPTED_NOT_CAPTURED)) {
                split(at, split, weights(rows, standsFor, CodePathStats::accepted), new double[rows.size()]);
            }
        }
        return split;
    }

    private static void split(int at, List<CodePathStats> split, double[] opens, double[] closes) {
        CodePathStats whole = split.get(at);
        double allOpens = Math.max(sum(opens), (double) (whole.opened() + whole.accepted()));
        double allCloses = Math.max(sum(closes), (double) whole.closed());
        CodePathStats rest = whole;
        for (int i = 0; i < split.size(); i++) {
            if (opens[i] > 0 || closes[i] > 0) {
                CodePathStats share = share(whole, part(opens[i], allOpens), part(closes[i], allCloses));
                split.set(i, plus(split.get(i), share, 1, true));
                rest = plus(rest, share, -1, false);
            }
        }
        split.set(at, rest);
    }

    /** What one stands for is split as its captured events are: most code paths open, accept or close only. */
    private static double[] weights(
            List<CodePathStats> rows, List<Long> standsFor, ToLongFunction<CodePathStats> kind) {
        double[] weights = new double[rows.size()];
        for (int i = 0; i < weights.length; i++) {
            CodePathStats row = rows.get(i);
            double events = (double) row.opened() + row.accepted() + row.closed();
            if (events > 0 && !CodePaths.isNotCaptured(row.name())) {
                weights[i] = standsFor.get(i) * kind.applyAsLong(row) / events;
            }
        }
        return weights;
    }

    private static double sum(double[] weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        return sum;
    }

    private static LongUnaryOperator part(double weight, double all) {
        double part = all <= 0 ? 0 : weight / all;
        return count -> count <= 0 ? 0 : (long) (count * part);
    }

    private static CodePathStats share(CodePathStats whole, LongUnaryOperator opens, LongUnaryOperator closes) {
        Outcomes of = whole.outcomes();
        Endings ends = of.endings();
        Connects connects = of.connects();
        Traffic traffic = of.traffic();
        return new CodePathStats(
                whole.id(),
                whole.name(),
                whole.stack(),
                opens.applyAsLong(whole.opened()),
                opens.applyAsLong(whole.accepted()),
                closes.applyAsLong(whole.closed()),
                opens.applyAsLong(whole.failed()),
                opens.applyAsLong(whole.closedByCollector()),
                opens.applyAsLong(whole.leaked()),
                opens.applyAsLong(whole.live()),
                states(whole.states(), opens),
                whole.timeWaitByCloser() < 0 ? 0 : closes.applyAsLong(whole.timeWaitByCloser()),
                whole.oldestCloseWait(),
                new Outcomes(
                        new Endings(
                                opens.applyAsLong(ends.activeFin()),
                                opens.applyAsLong(ends.passiveFin()),
                                opens.applyAsLong(ends.ourReset()),
                                opens.applyAsLong(ends.peerReset()),
                                opens.applyAsLong(ends.neverConnected()),
                                opens.applyAsLong(ends.unknown()),
                                opens.applyAsLong(ends.halfClosed()),
                                opens.applyAsLong(ends.deferred())),
                        new Connects(
                                opens.applyAsLong(connects.connected()),
                                opens.applyAsLong(connects.refused()),
                                opens.applyAsLong(connects.timedOut()),
                                opens.applyAsLong(connects.unreachable()),
                                opens.applyAsLong(connects.noLocalPort()),
                                opens.applyAsLong(connects.failed()),
                                connects.times()),
                        of.lifetimes(),
                        new Traffic(
                                opens.applyAsLong(traffic.segmentsSent()),
                                opens.applyAsLong(traffic.segmentsRetransmitted()),
                                opens.applyAsLong(traffic.synRetransmitted()),
                                opens.applyAsLong(traffic.bytesSent()),
                                opens.applyAsLong(traffic.bytesReceived()),
                                opens.applyAsLong(traffic.exchangesAtMost()))),
                true);
    }

    private static StateCounts states(StateCounts whole, LongUnaryOperator part) {
        int[] counts = new int[TcpState.count() + 1];
        if (!whole.known()) {
            return StateCounts.NONE;
        }
        for (TcpState state : TcpState.values()) {
            counts[state.number()] = (int) part.applyAsLong(whole.of(state));
        }
        return new StateCounts(counts);
    }

    /** One row with a part of another's counts added, or taken away; times stay those of what was captured. */
    private static CodePathStats plus(CodePathStats row, CodePathStats part, int sign, boolean estimated) {
        Outcomes a = row.outcomes();
        Outcomes b = part.outcomes();
        return new CodePathStats(
                row.id(),
                row.name(),
                row.stack(),
                row.opened() + sign * part.opened(),
                row.accepted() + sign * part.accepted(),
                row.closed() + sign * part.closed(),
                row.failed() + sign * part.failed(),
                row.closedByCollector() + sign * part.closedByCollector(),
                row.leaked() + sign * part.leaked(),
                row.live() + sign * part.live(),
                plus(row.states(), part.states(), sign),
                row.timeWaitByCloser() < 0 ? -1 : row.timeWaitByCloser() + sign * part.timeWaitByCloser(),
                sign > 0
                                && part.states().of(TcpState.CLOSE_WAIT) > 0
                                && row.oldestCloseWait().compareTo(part.oldestCloseWait()) < 0
                        ? part.oldestCloseWait()
                        : row.oldestCloseWait(),
                new Outcomes(
                        new Endings(
                                a.endings().activeFin() + sign * b.endings().activeFin(),
                                a.endings().passiveFin() + sign * b.endings().passiveFin(),
                                a.endings().ourReset() + sign * b.endings().ourReset(),
                                a.endings().peerReset() + sign * b.endings().peerReset(),
                                a.endings().neverConnected()
                                        + sign * b.endings().neverConnected(),
                                a.endings().unknown() + sign * b.endings().unknown(),
                                a.endings().halfClosed() + sign * b.endings().halfClosed(),
                                a.endings().deferred() + sign * b.endings().deferred()),
                        new Connects(
                                a.connects().connected() + sign * b.connects().connected(),
                                a.connects().refused() + sign * b.connects().refused(),
                                a.connects().timedOut() + sign * b.connects().timedOut(),
                                a.connects().unreachable() + sign * b.connects().unreachable(),
                                a.connects().noLocalPort() + sign * b.connects().noLocalPort(),
                                a.connects().failed() + sign * b.connects().failed(),
                                a.connects().times()),
                        a.lifetimes(),
                        new Traffic(
                                a.traffic().segmentsSent() + sign * b.traffic().segmentsSent(),
                                a.traffic().segmentsRetransmitted()
                                        + sign * b.traffic().segmentsRetransmitted(),
                                a.traffic().synRetransmitted()
                                        + sign * b.traffic().synRetransmitted(),
                                a.traffic().bytesSent() + sign * b.traffic().bytesSent(),
                                a.traffic().bytesReceived() + sign * b.traffic().bytesReceived(),
                                a.traffic().exchangesAtMost()
                                        + sign * b.traffic().exchangesAtMost())),
                estimated);
    }

    private static StateCounts plus(StateCounts a, StateCounts b, int sign) {
        if (!a.known()) {
            return a;
        }
        int[] counts = new int[TcpState.count() + 1];
        for (TcpState state : TcpState.values()) {
            counts[state.number()] = a.of(state) + sign * b.of(state);
        }
        return new StateCounts(counts);
    }
}
