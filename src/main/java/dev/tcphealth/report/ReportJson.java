package dev.tcphealth.report;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.JvmStats;
import dev.tcphealth.correlate.ListenerStats;
import dev.tcphealth.correlate.Outcomes;
import dev.tcphealth.correlate.Outcomes.Connects;
import dev.tcphealth.correlate.Outcomes.Endings;
import dev.tcphealth.correlate.Outcomes.Times;
import dev.tcphealth.correlate.Outcomes.Traffic;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.correlate.StateCounts;
import dev.tcphealth.health.Finding;
import dev.tcphealth.health.Forecast;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.kernel.InterfaceRates;
import dev.tcphealth.kernel.Limits;
import dev.tcphealth.kernel.Sockstat;
import dev.tcphealth.kernel.TcpCounters;
import dev.tcphealth.kernel.TcpRates;
import dev.tcphealth.kernel.TcpState;

/**
 * A Snapshot as JSON for programs. Units are in the names, what is unknown is null, and of code paths and destinations
 * the {@value Facts#MOST_ROWS} that hurt most are listed ({@code codePathsTotal} and {@code destinationsTotal} say how
 * many there are).
 */
public final class ReportJson {

    private ReportJson() {}

    /** One JSON object on one line. Before the first sample it has {@code agent}, {@code at} and {@code missing} only. */
    public static String render(Snapshot snapshot, HealthReport judged, ReportContext context) {
        return JsonWriter.document(json -> {
            json.object(
                    "agent",
                    agent -> agent.text("version", context.agentVersion())
                            .number("pid", context.pid())
                            .text("main", context.main())
                            .text("javaVersion", context.javaVersion())
                            .text("host", context.host()));
            if (Facts.sampled(snapshot)) {
                json.text("at", snapshot.at().toString());
                json.object("health", health -> health(health, judged));
                sample(json, snapshot);
            } else {
                json.unknown("at");
            }
            json.strings("missing", Facts.missing(snapshot));
        });
    }

    private static void health(JsonWriter json, HealthReport judged) {
        json.text("status", judged.status())
                .strings("unknownBecause", judged.unknown())
                .count("findingsTotal", judged.findings().size())
                .objects("findings", Facts.most(judged.findings()), ReportJson::finding)
                .strings("notEnoughData", judged.undecided())
                .objects("forecasts", judged.forecasts(), ReportJson::forecast);
    }

    private static void finding(JsonWriter json, Finding finding) {
        json.text("rule", finding.rule())
                .text("subject", finding.subject())
                .text("severity", finding.severity().name())
                .text("title", finding.title())
                .text("codePath", finding.codePath())
                .number("codePathId", finding.codePathId())
                .text("destination", finding.destination())
                .objects(
                        "evidence",
                        finding.evidence(),
                        (evidence, one) -> evidence.text("what", one.what())
                                .number("value", one.value())
                                .text("unit", one.unit()))
                .text("advice", finding.advice())
                .text("since", finding.since().toString());
    }

    /** {@code secondsLeft} is null where it never comes to that. */
    private static void forecast(JsonWriter json, Forecast forecast) {
        json.text("what", forecast.what())
                .text("destination", forecast.destination())
                .count("used", forecast.used())
                .count("limit", forecast.limit())
                .number("perSecond", forecast.perSecond())
                .number("secondsLeft", forecast.secondsLeft())
                .number("connectionsPerSecond", forecast.connectionsPerSecond())
                .number("sustainablePerSecond", forecast.sustainablePerSecond());
    }

    private static void sample(JsonWriter json, Snapshot snapshot) {
        json.number("intervalSeconds", Facts.seconds(snapshot.interval()))
                .number("tookSeconds", Facts.seconds(snapshot.took()))
                .object("host", host -> host(host, snapshot))
                .object("jvm", jvm -> jvm(jvm, snapshot.jvm()))
                .object(
                        "coverage",
                        coverage -> coverage.count(
                                        "descriptors", snapshot.coverage().descriptors())
                                .count("known", snapshot.coverage().known())
                                .count("stateless", snapshot.coverage().stateless())
                                .number("percent", snapshot.coverage().percent()))
                .object("timeWait", split -> breakdown(split, Breakdown.timeWait(snapshot)))
                .object(
                        "closeWait",
                        split -> breakdown(split, Breakdown.closeWait(snapshot))
                                .number("oldestSeconds", Facts.seconds(Facts.oldestCloseWait(snapshot))))
                .count("codePathsTotal", snapshot.codePaths().size())
                .objects("codePaths", Facts.most(snapshot.codePaths()), ReportJson::codePath)
                .count("destinationsTotal", snapshot.destinations().size())
                .objects("destinations", Facts.most(snapshot.destinations()), ReportJson::destination)
                .objects("listeners", Facts.most(snapshot.listeners()), ReportJson::listener)
                .object(
                        "retransmittedSegments",
                        split -> split.count("host", snapshot.retransmissions().host())
                                .count("ours", snapshot.retransmissions().ours())
                                .count("others", snapshot.retransmissions().others()));
    }

    private static void host(JsonWriter json, Snapshot snapshot) {
        TcpRates tcp = snapshot.host().tcp();
        Sockstat sockstat = snapshot.host().sockstat();
        Limits limits = snapshot.host().limits();
        TcpCounters totals = snapshot.host().counters();
        json.object(
                "tcp",
                rates -> rates.number("activePerSecond", tcp.active())
                        .number("passivePerSecond", tcp.passive())
                        .number("inSegmentsPerSecond", tcp.inSegments())
                        .number("outSegmentsPerSecond", tcp.outSegments())
                        .number("attemptFailsPerSecond", tcp.attemptFails())
                        .number("establishedResetsPerSecond", tcp.establishedResets())
                        .number("retransmittedSegmentsPerSecond", tcp.retransmittedSegments())
                        .number("inErrorsPerSecond", tcp.inErrors())
                        .number("outResetsPerSecond", tcp.outResets())
                        .number("retransmissionPercent", Facts.retransmissionPercent(snapshot)));
        json.objects("interfaces", snapshot.host().interfaces(), ReportJson::networkInterface);
        json.object("sockets", states -> states(states, snapshot.sockets()));
        json.object(
                "sockstat",
                stat -> stat.count("inUse", sockstat.inUse())
                        .count("inUse6", sockstat.inUse6())
                        .count("orphans", sockstat.orphans())
                        .count("timeWait", sockstat.timeWait())
                        .count("allocated", sockstat.allocated())
                        .count("memoryPages", sockstat.memoryPages()));
        json.object(
                "limits",
                limit -> limit.count("portRangeLow", limits.portRangeLow())
                        .count("portRangeHigh", limits.portRangeHigh())
                        .count("reservedPorts", limits.reservedPorts())
                        .count("ephemeralPorts", limits.ephemeralPorts())
                        .count("twReuse", limits.twReuse())
                        .count("twReuseDelayMillis", limits.twReuseDelayMillis())
                        .count("maxTimeWait", limits.maxTimeWait())
                        .count("somaxconn", limits.somaxconn())
                        .count("maxOrphans", limits.maxOrphans())
                        .count("openDescriptors", limits.openDescriptorsLimit()));
        json.object(
                "totals",
                total -> total.count("activeOpens", totals.activeOpens())
                        .count("passiveOpens", totals.passiveOpens())
                        .count("attemptFails", totals.attemptFails())
                        .count("establishedResets", totals.establishedResets())
                        .count("currentEstablished", totals.currentEstablished())
                        .count("inSegments", totals.inSegments())
                        .count("outSegments", totals.outSegments())
                        .count("retransmittedSegments", totals.retransmittedSegments())
                        .count("inErrors", totals.inErrors())
                        .count("outResets", totals.outResets())
                        .count("synRetransmits", totals.synRetransmits())
                        .count("listenOverflows", totals.listenOverflows())
                        .count("listenDrops", totals.listenDrops()));
    }

    private static void networkInterface(JsonWriter json, InterfaceRates rates) {
        json.text("name", rates.name())
                .number("rxPacketsPerSecond", rates.rxPackets())
                .number("txPacketsPerSecond", rates.txPackets())
                .number("rxKilobytesPerSecond", rates.rxKilobytes())
                .number("txKilobytesPerSecond", rates.txKilobytes())
                .number("rxCompressedPerSecond", rates.rxCompressed())
                .number("txCompressedPerSecond", rates.txCompressed())
                .number("rxMulticastPerSecond", rates.rxMulticast())
                .number("utilisationPercent", rates.utilisationPercent());
    }

    private static void jvm(JsonWriter json, JvmStats jvm) {
        json.count("opened", jvm.opened())
                .count("accepted", jvm.accepted())
                .count("listeners", jvm.listeners())
                .count("closed", jvm.closed())
                .count("failed", jvm.failed())
                .count("closedByCollector", jvm.closedByCollector())
                .count("live", jvm.live())
                .count("preexisting", jvm.preexisting())
                .number("opensPerSecond", jvm.opensPerSecond())
                .number("closesPerSecond", jvm.closesPerSecond())
                .object("states", states -> states(states, jvm.states()))
                .count("leaked", jvm.leaked());
    }

    private static JsonWriter breakdown(JsonWriter json, Breakdown breakdown) {
        return json.count("total", breakdown.total())
                .count("ofCodePaths", breakdown.ofPaths())
                .count("others", breakdown.others())
                .number("unexplained", breakdown.unexplained());
    }

    private static void codePath(JsonWriter json, CodePathStats path) {
        json.number("id", path.id())
                .text("name", path.name())
                .count("opened", path.opened())
                .count("accepted", path.accepted())
                .count("closed", path.closed())
                .count("failed", path.failed())
                .count("closedByCollector", path.closedByCollector())
                .count("live", path.live())
                .object("states", states -> states(states, path.states()))
                .count("timeWaitByCloser", path.timeWaitByCloser())
                .bool("estimated", path.estimated())
                .number("oldestCloseWaitSeconds", Facts.seconds(path.oldestCloseWait()));
        outcomes(json, path.outcomes());
        json.strings("stack", path.stack());
    }

    private static void outcomes(JsonWriter json, Outcomes outcomes) {
        Endings endings = outcomes.endings();
        Connects connects = outcomes.connects();
        json.object(
                "endings",
                ending -> ending.count("activeFin", endings.activeFin())
                        .count("passiveFin", endings.passiveFin())
                        .count("ourReset", endings.ourReset())
                        .count("peerReset", endings.peerReset())
                        .count("neverConnected", endings.neverConnected())
                        .count("unknown", endings.unknown())
                        .count("halfClosed", endings.halfClosed())
                        .count("deferred", endings.deferred()));
        json.object(
                "connects",
                connect -> connect.count("connected", connects.connected())
                        .count("refused", connects.refused())
                        .count("timedOut", connects.timedOut())
                        .count("unreachable", connects.unreachable())
                        .count("noLocalPort", connects.noLocalPort())
                        .count("failed", connects.failed())
                        .object("times", times -> times(times, connects.times())));
        json.object("lifetimes", times -> times(times, outcomes.lifetimes()));
        Traffic traffic = outcomes.traffic();
        json.object(
                "traffic",
                counts -> counts.count("segmentsSent", traffic.segmentsSent())
                        .count("segmentsRetransmitted", traffic.segmentsRetransmitted())
                        .count("synRetransmitted", traffic.synRetransmitted())
                        .number("retransmissionPercent", Facts.percent(traffic.retransmissionRatio()))
                        .count("bytesSent", traffic.bytesSent())
                        .count("bytesReceived", traffic.bytesReceived())
                        .count("exchangesAtMost", traffic.exchangesAtMost()));
    }

    private static void times(JsonWriter json, Times times) {
        json.count("count", times.count())
                .count("medianMicros", times.medianMicros())
                .count("p99Micros", times.p99Micros())
                .count("maxMicros", times.maxMicros());
    }

    private static void listener(JsonWriter json, ListenerStats listener) {
        json.text("name", listener.name())
                .number("inode", listener.inode())
                .count("queue", listener.queue())
                .count("backlog", listener.backlog())
                .text("codePath", listener.codePath());
    }

    private static void destination(JsonWriter json, DestinationStats destination) {
        json.text("name", destination.name())
                .bool("inbound", destination.inbound())
                .count("total", destination.total())
                .count("live", destination.live())
                .object("states", states -> states(states, destination.states()));
        json.object(
                "ports",
                ports -> ports.count("used", destination.ports().used())
                        .count("timeWait", destination.ports().timeWait())
                        .count("reusable", destination.ports().reusable())
                        .count("left", destination.ports().left()));
        outcomes(json, destination.outcomes());
    }

    private static void states(JsonWriter json, StateCounts counts) {
        for (TcpState state : TcpState.values()) {
            json.count(state.name(), counts.of(state));
        }
    }
}
