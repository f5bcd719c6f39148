package dev.tcphealth.report;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.Coverage;
import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.JvmStats;
import dev.tcphealth.correlate.ListenerStats;
import dev.tcphealth.correlate.Retransmissions;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.correlate.StateCounts;
import dev.tcphealth.health.Finding;
import dev.tcphealth.health.Forecast;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.kernel.TcpRates;
import dev.tcphealth.kernel.TcpState;
import dev.tcphealth.text.Plain;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** A Snapshot as one page that a person reads in a minute: at most {@value #WIDTH} columns, of bounded length. */
public final class ReportText {

    static final int WIDTH = 108;
    static final int TOP = 10;
    static final int FRAMES = 64;
    static final int MISSING = 20;
    private static final double WORTH_A_LINE_PERCENT = 50;

    private static final String AT = "    at ";
    private static final String ESTIMATED = "~";
    private static final String NOT_OURS = "(not this JVM's, as far as is known)";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Snapshot snapshot;
    private final HealthReport judged;
    private final StringBuilder page = new StringBuilder(4096);

    private ReportText(Snapshot snapshot, HealthReport judged) {
        this.snapshot = snapshot;
        this.judged = judged;
    }

    /** The page, its lines ended by {@code \n}; free of control characters whatever the names in the Snapshot hold. */
    public static String render(Snapshot snapshot, HealthReport judged, ReportContext context) {
        return new ReportText(snapshot, judged).page(context);
    }

    /** One code path in full: its name, then its frames, innermost first, one line each. */
    public static String stack(CodePathStats path) {
        StringBuilder text = new StringBuilder(Plain.text(path.name())).append('\n');
        path.stack().forEach(frame -> text.append(AT).append(Plain.text(frame)).append('\n'));
        if (path.stack().isEmpty()) {
            text.append("    (no stack)\n");
        }
        return text.toString();
    }

    private String page(ReportContext context) {
        header(context);
        if (Facts.sampled(snapshot)) {
            Breakdown timeWait = Breakdown.timeWait(snapshot);
            Breakdown closeWait = Breakdown.closeWait(snapshot);
            findings();
            forecasts();
            health();
            timeWait(timeWait);
            closeWait(closeWait);
            worstStacks(closeWait, timeWait);
            destinations();
            failedConnects();
            listeners();
            retransmissions();
            endings();
            lifetimes();
            estimated();
            coverage();
        }
        missing();
        return page.toString();
    }

    private void header(ReportContext context) {
        String rest = " (pid " + context.pid() + "), Java " + Plain.text(context.javaVersion()) + ", on "
                + Plain.text(context.host());
        String start = "tcp-health " + Plain.text(context.agentVersion()) + ": ";
        fitted(start, Plain.text(context.main()), rest);
        if (!Facts.sampled(snapshot)) {
            line("No sample has been taken yet: nothing is known.");
        } else if (snapshot.interval().isZero()) {
            line(TIME.format(snapshot.at()) + ", the first sample: no rates yet");
        } else {
            line(TIME.format(snapshot.at()) + ", rates over the last " + Plain.seconds(snapshot.interval()));
        }
    }

    private void findings() {
        if (!judged.judged()) {
            return;
        }
        List<Finding> findings = judged.findings();
        blank();
        if (!judged.unknown().isEmpty()) {
            paragraph("Health    ", HealthReport.UNKNOWN + ": " + String.join("; ", judged.unknown()));
        } else if (findings.isEmpty()) {
            line("Health    OK: nothing is beyond the limits");
        } else {
            line("Health    " + judged.status() + ": " + Plain.counted(findings.size(), "finding"));
        }
        top(findings).forEach(this::finding);
        if (!rest(findings).isEmpty()) {
            line("and " + Plain.counted(rest(findings).size(), "more finding"));
        }
        if (!judged.undecided().isEmpty()) {
            blank();
            line("Not enough data to judge:");
            judged.undecided().stream().limit(TOP).forEach(what -> line("  " + Plain.text(what)));
        }
    }

    private void finding(Finding finding) {
        blank();
        paragraph("", finding.severity() + ": " + finding.title());
        if (!finding.codePath().isEmpty() && !finding.title().contains(finding.codePath())) {
            fitted("  by      ", Plain.text(finding.codePath()), "");
        }
        paragraph("  because ", FindingText.evidence(finding));
        paragraph("  do      ", finding.advice());
        line("  since   " + TIME.format(finding.since()));
    }

    private void paragraph(String label, String text) {
        String indent = label.isEmpty() ? "  " : " ".repeat(label.length());
        List<String> lines = Plain.wrapped(Plain.text(text), WIDTH - label.length());
        for (int i = 0; i < lines.size(); i++) {
            line(i == 0 ? label + lines.get(i) : indent + lines.get(i).strip());
        }
    }

    /** What is far from its limit and stays there is not worth a line. */
    private void forecasts() {
        List<Forecast> all = judged.forecasts().stream()
                .filter(forecast -> Double.isFinite(forecast.secondsLeft())
                        || forecast.usedPercent() >= WORTH_A_LINE_PERCENT
                        || forecast.connectionsPerSecond() >= forecast.sustainablePerSecond())
                .toList();
        if (all.isEmpty()) {
            return;
        }
        blank();
        line("Forecast, from the last 5 min");
        TextTable table =
                new TextTable(WIDTH, "used", "of", "exhausted in", "connections/s", "sustainable rate", "what");
        top(all).forEach(forecast -> table.row(
                Plain.count(forecast.used()),
                Plain.count(forecast.limit()),
                Double.isFinite(forecast.secondsLeft())
                        ? Plain.age(Duration.ofSeconds((long) forecast.secondsLeft()))
                        : "never",
                forecast.destination().isEmpty() ? "" : perSecond(forecast.connectionsPerSecond()),
                forecast.destination().isEmpty() ? "" : perSecond(forecast.sustainablePerSecond()),
                Plain.text(forecast.what())));
        table.appendTo(page);
    }

    private static String perSecond(double rate) {
        return Double.isFinite(rate) ? Plain.rate(rate) : "-";
    }

    private void health() {
        TcpRates tcp = snapshot.host().tcp();
        JvmStats jvm = snapshot.jvm();
        blank();
        List<String> host = new ArrayList<>(rates(tcp));
        addIfAny(
                host,
                snapshot.host().counters().listenOverflows(),
                " connections dropped at full accept queues since boot");
        items("Host", host);
        items("Sockets", socketsByState(snapshot.sockets()));
        List<String> ours = new ArrayList<>();
        ours.add(Plain.count(jvm.live()) + " open");
        ours.add(Plain.count(jvm.opened()) + " opened");
        ours.add(Plain.count(jvm.accepted()) + " accepted");
        addIfAny(ours, jvm.preexisting(), " found open");
        ours.add(Plain.count(jvm.closed()) + " closed");
        addIfAny(ours, jvm.failed(), " never connected");
        addIfAny(ours, jvm.closedByCollector(), " closed by the garbage collector");
        addIfAny(ours, jvm.leaked(), " leaked: open, and nothing can close them");
        items("This JVM", ours);
    }

    private List<String> rates(TcpRates tcp) {
        if (Double.isNaN(tcp.active())) {
            return List.of(snapshot.interval().isZero() ? "rates come with the second sample" : "rates are unknown");
        }
        double percent = Facts.retransmissionPercent(snapshot);
        return List.of(
                Double.isNaN(percent)
                        ? "no segment sent, so no retransmission ratio"
                        : "retransmission ratio " + Plain.ratioPercent(percent),
                Plain.rate(tcp.active()) + " active opens/s",
                Plain.rate(tcp.passive()) + " passive opens/s");
    }

    private static void addIfAny(List<String> items, long count, String what) {
        if (count > 0) {
            items.add(Plain.count(count) + what);
        }
    }

    private List<String> socketsByState(StateCounts sockets) {
        if (sockets.total() <= 0) {
            return List.of(sockets.known() ? "none" : "unknown; see what is missing, at the end");
        }
        return Arrays.stream(TcpState.values())
                .filter(state -> sockets.of(state) > 0)
                .sorted(Comparator.<TcpState>comparingInt(sockets::of).reversed())
                .map(state -> Plain.count(sockets.of(state)) + " " + state)
                .toList();
    }

    private void timeWait(Breakdown timeWait) {
        if (!title(timeWait, "")) {
            return;
        }
        TextTable table = new TextTable(WIDTH, "opened here", "share", "closed here", "code path");
        top(timeWait.rows())
                .forEach(path -> table.row(
                        count(path, timeWait.count(path)),
                        Plain.share(timeWait.count(path), timeWait.total()),
                        count(path, path.timeWaitByCloser()),
                        called(path, timeWait.rows())));
        List<CodePathStats> more = rest(timeWait.rows());
        if (!more.isEmpty()) {
            long count = sum(more, timeWait::count);
            table.row(
                    Plain.count(count),
                    Plain.share(count, timeWait.total()),
                    Plain.count(sum(more, CodePathStats::timeWaitByCloser)),
                    others(more, "code path"));
        }
        remainder(timeWait, table);
        table.row(
                Plain.count(timeWait.total()),
                Plain.share(timeWait.total(), timeWait.total()),
                Plain.count(sum(timeWait.rows(), CodePathStats::timeWaitByCloser)),
                "total, as the kernel counts");
        table.appendTo(page);
    }

    private void closeWait(Breakdown closeWait) {
        String meaning = " the peer has closed and this side has not";
        if (!title(closeWait, meaning)) {
            return;
        }
        TextTable table = new TextTable(WIDTH, "opened here", "share", "oldest", "code path");
        top(closeWait.rows())
                .forEach(path -> table.row(
                        count(path, closeWait.count(path)),
                        Plain.share(closeWait.count(path), closeWait.total()),
                        age(path),
                        called(path, closeWait.rows())));
        List<CodePathStats> more = rest(closeWait.rows());
        if (!more.isEmpty()) {
            long count = sum(more, closeWait::count);
            table.row(
                    Plain.count(count),
                    Plain.share(count, closeWait.total()),
                    more.stream()
                            .map(CodePathStats::oldestCloseWait)
                            .max(Comparator.naturalOrder())
                            .map(Plain::age)
                            .orElse(""),
                    others(more, "code path"));
        }
        remainder(closeWait, table);
        table.row(
                Plain.count(closeWait.total()),
                Plain.share(closeWait.total(), closeWait.total()),
                closeWait.rows().stream().anyMatch(path -> !age(path).isEmpty())
                        ? Plain.age(Facts.oldestCloseWait(snapshot))
                        : "",
                "total, as the kernel counts");
        table.appendTo(page);
    }

    /** Empty for what is no code path and was not followed: nobody knows since when it is in CLOSE_WAIT. */
    private static String age(CodePathStats path) {
        return path.oldestCloseWait().isZero() && path.stack().isEmpty() ? "" : Plain.age(path.oldestCloseWait());
    }

    /** Two code paths may go through the same line: then the frame that called it tells them apart. */
    private static String called(CodePathStats path, List<CodePathStats> among) {
        boolean unique =
                among.stream().filter(other -> other.name().equals(path.name())).count() == 1;
        int caller = path.stack().indexOf(path.name()) + 1;
        if (unique || caller == 0 || caller >= path.stack().size()) {
            return Plain.text(path.name());
        }
        return Plain.text(path.name() + " <- " + Plain.brief(path.stack().get(caller)));
    }

    /** Names the guilty line before any table. False where there is nothing to tabulate. */
    private boolean title(Breakdown breakdown, String meaning) {
        blank();
        if (breakdown.total() < 0) {
            line(breakdown.state() + ": unknown, as the kernel's sockets could not be read.");
            return false;
        }
        if (breakdown.total() == 0 && breakdown.rows().isEmpty()) {
            line("No socket in " + breakdown.state() + ".");
            return false;
        }
        String total = breakdown.state() + ": " + Plain.counted(breakdown.total(), "socket") + meaning;
        Optional<CodePathStats> worst = breakdown.worst();
        if (worst.isEmpty()) {
            line(total + ", none of them known to be this JVM's");
            return true;
        }
        CodePathStats path = worst.get();
        String share = count(path, breakdown.count(path)) + " of them ("
                + Plain.share(breakdown.count(path), breakdown.total()) + ")";
        line(total);
        if (path.stack().isEmpty()) {
            fitted(share + ": ", Plain.text(path.name()), "");
        } else {
            fitted("", Plain.text(path.name()), " " + verb(path) + " " + share);
        }
        return true;
    }

    /** Marked where it is an estimate. */
    private static String count(CodePathStats path, long count) {
        return (path.estimated() && count != 0 ? ESTIMATED : "") + Plain.count(count);
    }

    private static String verb(CodePathStats path) {
        return path.accepted() == 0 ? "opened" : path.opened() == 0 ? "accepted" : "opened or accepted";
    }

    private static void remainder(Breakdown breakdown, TextTable table) {
        remainderRow(table, breakdown, breakdown.others(), NOT_OURS);
        remainderRow(table, breakdown, breakdown.unexplained(), "(difference to the kernel's count, not explained)");
    }

    private static void remainderRow(TextTable table, Breakdown breakdown, long count, String name) {
        if (count != 0) {
            table.row(Plain.count(count), Plain.share(count, breakdown.total()), "", name);
        }
    }

    private void worstStacks(Breakdown closeWait, Breakdown timeWait) {
        Optional<CodePathStats> closeWaiting = closeWait.worstWithStack();
        Optional<CodePathStats> timeWaiting = timeWait.worstWithStack();
        if (closeWaiting.isPresent() && closeWaiting.equals(timeWaiting)) {
            stack(
                    closeWaiting.get(),
                    number(closeWait, closeWaiting.get()) + ", " + number(timeWait, closeWaiting.get()));
            return;
        }
        closeWaiting.ifPresent(path -> stack(path, number(closeWait, path)));
        timeWaiting.ifPresent(path -> stack(path, number(timeWait, path)));
    }

    private static String number(Breakdown breakdown, CodePathStats path) {
        return count(path, breakdown.count(path)) + " in " + breakdown.state();
    }

    private void stack(CodePathStats path, String what) {
        List<String> frames = path.stack();
        blank();
        line("The stack that " + verb(path) + " " + what + " (code path " + path.id() + ")");
        frames.stream()
                .limit(FRAMES)
                .forEach(frame -> line(AT + Plain.shortened(Plain.text(frame), WIDTH - AT.length())));
        if (frames.size() > FRAMES) {
            line("    and " + Plain.counted(frames.size() - FRAMES, "more frame"));
        }
    }

    private void destinations() {
        List<DestinationStats> all = snapshot.destinations();
        blank();
        if (all.isEmpty()) {
            line("No destination yet.");
            return;
        }
        line("Destinations of this JVM");
        TextTable table = new TextTable(
                WIDTH, "connections", "open", "ESTABLISHED", "TIME_WAIT", "CLOSE_WAIT", "ports left", "destination");
        top(all).forEach(destination -> destinationRow(table, List.of(destination), Plain.text(destination.name())));
        List<DestinationStats> more = rest(all);
        if (!more.isEmpty()) {
            destinationRow(table, more, others(more, "destination"));
        }
        table.appendTo(page);
    }

    private static void destinationRow(TextTable table, List<DestinationStats> rows, String name) {
        table.row(
                Plain.count(sum(rows, DestinationStats::total)),
                Plain.count(sum(rows, DestinationStats::live)),
                inState(rows, TcpState.ESTABLISHED),
                inState(rows, TcpState.TIME_WAIT),
                inState(rows, TcpState.CLOSE_WAIT),
                portsLeft(rows),
                name);
    }

    /** Nothing where the kernel's sockets could not be read. */
    private static String inState(List<DestinationStats> rows, TcpState state) {
        long count = sum(rows, row -> row.states().of(state));
        return count < 0 ? "" : Plain.count(count);
    }

    /** Ports are counted for each destination on its own; accepted connections need none. */
    private static String portsLeft(List<DestinationStats> rows) {
        int left = rows.size() == 1 ? rows.get(0).ports().left() : -1;
        return left < 0 ? "" : Plain.count(left);
    }

    private void listeners() {
        List<ListenerStats> all = snapshot.listeners();
        if (all.isEmpty()) {
            return;
        }
        blank();
        line("Listeners of this JVM");
        TextTable table = new TextTable(WIDTH, "accept queue", "backlog", "listener");
        top(all).forEach(listener -> table.row(
                Plain.count(listener.queue()),
                listener.backlog() < 0 ? "" : Plain.count(listener.backlog()),
                Plain.text(listener.name() + ", opened by " + listener.codePath())));
        if (!rest(all).isEmpty()) {
            table.row(Plain.count(sum(rest(all), ListenerStats::queue)), "", others(rest(all), "listener"));
        }
        table.appendTo(page);
    }

    private void retransmissions() {
        Retransmissions all = snapshot.retransmissions();
        if (all.host() <= 0) {
            return;
        }
        blank();
        line("Retransmitted segments: " + Plain.count(all.host()) + " since the agent started, "
                + Plain.count(all.ours()) + " by connections of this JVM");
        List<CodePathStats> paths = snapshot.codePaths().stream()
                .filter(path -> path.outcomes().traffic().segmentsRetransmitted() > 0)
                .sorted(Comparator.comparingLong((CodePathStats path) ->
                                -path.outcomes().traffic().segmentsRetransmitted())
                        .thenComparingInt(CodePathStats::id))
                .toList();
        TextTable table = new TextTable(WIDTH, "retransmitted", "of them SYNs", "segments sent", "share", "code path");
        top(paths).forEach(path -> retransmissionRow(table, List.of(path), Plain.text(path.name())));
        if (!rest(paths).isEmpty()) {
            retransmissionRow(table, rest(paths), others(rest(paths), "code path"));
        }
        if (all.others() != 0) {
            table.row(Plain.count(all.others()), "", "", "", NOT_OURS);
        }
        table.row(Plain.count(all.host()), "", "", "", "total, as the kernel counts");
        table.appendTo(page);
    }

    private static void retransmissionRow(TextTable table, List<CodePathStats> rows, String name) {
        String about = rows.size() == 1 && rows.get(0).estimated() ? ESTIMATED : "";
        long sent = sum(rows, path -> path.outcomes().traffic().segmentsSent());
        long retransmitted = sum(rows, path -> path.outcomes().traffic().segmentsRetransmitted());
        table.row(
                about + Plain.count(retransmitted),
                about + Plain.count(sum(rows, path -> path.outcomes().traffic().synRetransmitted())),
                about + Plain.count(sent),
                Plain.share(retransmitted, sent),
                name);
    }

    private void failedConnects() {
        List<DestinationStats> failing = snapshot.destinations().stream()
                .filter(to -> to.outcomes().connects().notConnected() > 0)
                .sorted(Comparator.comparingLong((DestinationStats to) ->
                                -to.outcomes().connects().notConnected())
                        .thenComparing(DestinationStats::name))
                .toList();
        if (failing.isEmpty()) {
            return;
        }
        blank();
        line("Connects that failed");
        TextTable table = new TextTable(
                WIDTH, "connected", "refused", "timed out", "unreachable", "no local port", "other", "destination");
        top(failing).forEach(to -> failedRow(table, List.of(to), Plain.text(to.name())));
        if (!rest(failing).isEmpty()) {
            failedRow(table, rest(failing), others(rest(failing), "destination"));
        }
        table.appendTo(page);
        snapshot.codePaths().stream()
                .filter(path -> path.outcomes().connects().notConnected() > 0)
                .max(Comparator.comparingLong(path -> path.outcomes().connects().notConnected()))
                .ifPresent(path -> fitted(
                        "The most, " + count(path, path.outcomes().connects().notConnected()) + ", by ",
                        Plain.text(path.name()),
                        ""));
    }

    private static void failedRow(TextTable table, List<DestinationStats> rows, String name) {
        table.row(
                Plain.count(sum(rows, to -> to.outcomes().connects().connected())),
                Plain.count(sum(rows, to -> to.outcomes().connects().refused())),
                Plain.count(sum(rows, to -> to.outcomes().connects().timedOut())),
                Plain.count(sum(rows, to -> to.outcomes().connects().unreachable())),
                Plain.count(sum(rows, to -> to.outcomes().connects().noLocalPort())),
                Plain.count(sum(rows, to -> to.outcomes().connects().failed())),
                name);
    }

    /** How connections ended, where the kernel could be asked. */
    private void endings() {
        List<CodePathStats> paths = snapshot.codePaths();
        List<String> items = new ArrayList<>();
        addIfAny(items, sum(paths, path -> path.outcomes().endings().activeFin()), " by this end first");
        addIfAny(items, sum(paths, path -> path.outcomes().endings().passiveFin()), " by the peer first");
        addIfAny(items, sum(paths, path -> path.outcomes().endings().ourReset()), " by our reset");
        addIfAny(items, sum(paths, path -> path.outcomes().endings().peerReset()), " by the peer's reset");
        addIfAny(items, sum(paths, path -> path.outcomes().endings().unknown()), " before the kernel could be asked");
        if (!items.isEmpty()) {
            blank();
            line("Connections ended: " + String.join(", ", items) + ".");
        }
    }

    /** How long connections lived, and what for: short-lived ones are what keep-alive would save. */
    private void lifetimes() {
        List<CodePathStats> paths = snapshot.codePaths().stream()
                .filter(path -> path.outcomes().lifetimes().count() > 0)
                .sorted(Comparator.comparingLong((CodePathStats path) ->
                                -path.outcomes().lifetimes().count())
                        .thenComparingInt(CodePathStats::id))
                .toList();
        if (paths.isEmpty()) {
            return;
        }
        blank();
        line("How long connections lived");
        TextTable table = new TextTable(WIDTH, "ended", "median", "exchanges at most", "code path");
        top(paths)
                .forEach(path -> table.row(
                        Plain.count(path.outcomes().lifetimes().count()),
                        Plain.aboutMillis(path.outcomes().lifetimes().medianMicros()),
                        count(path, path.outcomes().traffic().exchangesAtMost()),
                        Plain.text(path.name())));
        if (!rest(paths).isEmpty()) {
            table.row(
                    Plain.count(
                            sum(rest(paths), path -> path.outcomes().lifetimes().count())),
                    "",
                    Plain.count(
                            sum(rest(paths), path -> path.outcomes().traffic().exchangesAtMost())),
                    others(rest(paths), "code path"));
        }
        table.appendTo(page);
    }

    private void estimated() {
        if (snapshot.codePaths().stream().anyMatch(CodePathStats::estimated)) {
            blank();
            line(ESTIMATED + " estimated from a sample of the stacks; totals are exact.");
        }
    }

    private void coverage() {
        Coverage coverage = snapshot.coverage();
        blank();
        if (coverage.descriptors() < 0) {
            line("Coverage unknown: the TCP descriptors of this process cannot be listed.");
            return;
        }
        if (coverage.descriptors() == 0) {
            line("Coverage: this process has no TCP descriptor now.");
            return;
        }
        line("Coverage: the agent and the kernel know " + Plain.count(coverage.known()) + " of "
                + Plain.count(coverage.descriptors()) + " TCP descriptors of this process ("
                + Plain.wholeShare(coverage.percent()) + ").");
        if (coverage.stateless() > 0) {
            paragraph(
                    "",
                    Plain.count(coverage.stateless()) + (coverage.stateless() == 1 ? " is" : " are")
                            + " in no state that the kernel lists: not connected, or reset and not closed (state CLOSE).");
        }
        if (coverage.unseen() > 0) {
            paragraph(
                    "",
                    Plain.count(coverage.unseen()) + (coverage.unseen() == 1 ? " was" : " were")
                            + " opened before the agent, by native code, or while this was read.");
        }
    }

    private void missing() {
        List<String> missing = Facts.missing(snapshot);
        if (missing.isEmpty()) {
            return;
        }
        blank();
        line("Missing:");
        missing.stream()
                .limit(MISSING)
                .forEach(what -> Plain.wrapped(Plain.text(what), WIDTH - 4).forEach(part -> line("  " + part)));
        if (missing.size() > MISSING) {
            line("  and " + Plain.count(missing.size() - MISSING) + " more");
        }
    }

    private static <R> List<R> top(List<R> rows) {
        return rows.subList(0, Math.min(rows.size(), TOP));
    }

    private static <R> List<R> rest(List<R> rows) {
        return rows.subList(Math.min(rows.size(), TOP), rows.size());
    }

    private static <R> long sum(List<R> rows, ToLongFunction<R> of) {
        return rows.stream().mapToLong(of).sum();
    }

    private static String others(List<?> rows, String what) {
        return "(" + Plain.counted(rows.size(), "more " + what) + ")";
    }

    /** One line whose middle part is shortened so that the line fits. */
    private void fitted(String before, String name, String after) {
        int room = Math.max(WIDTH - before.length() - after.length(), WIDTH / 3);
        line(before + Plain.shortened(name, room) + after);
    }

    /** A label and its items, continued on indented lines where they do not fit one. */
    private void items(String label, List<String> items) {
        String indent = " ".repeat(10);
        StringBuilder line = new StringBuilder(label).append(" ".repeat(indent.length() - label.length()));
        for (int i = 0; i < items.size(); i++) {
            String item = items.get(i) + (i < items.size() - 1 ? "," : "");
            if (line.length() + 1 + item.length() > WIDTH) {
                line(line.toString());
                line = new StringBuilder(indent);
            } else if (i > 0) {
                line.append(' ');
            }
            line.append(item);
        }
        line(line.toString());
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    private void blank() {
        page.append('\n');
    }
}
