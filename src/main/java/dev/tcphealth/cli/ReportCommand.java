package dev.tcphealth.cli;

import dev.tcphealth.config.AgentProperty;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "report",
        description = {
            "Prints the agent's report: the host's health, and TIME_WAIT and CLOSE_WAIT by code path.",
            "Needs no remote JMX, and loads nothing into the JVM."
        })
final class ReportCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final Target target = new Target();

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    ReportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailure {
        return target.with(session, json ? session.json() : session.out(), this::report);
    }

    private int report(JvmProcess jvm, Deadline deadline) throws CommandFailure {
        AgentProperty format = json ? AgentProperty.REPORT_JSON : AgentProperty.REPORT_TEXT;
        Published published;
        try (TargetJvm machine = TargetJvm.attach(jvm, deadline)) {
            published = machine.published();
            while (published.agentIn() && published.get(format).isEmpty()) {
                pause(jvm, published, deadline);
                published = machine.published();
            }
        }
        if (!published.agentIn()) {
            throw new CommandFailure(
                    ExitCode.NO_AGENT,
                    "the agent is not in JVM " + jvm.label() + ". Attach it with: "
                            + session.agentJar().commandLine("attach " + jvm.pid()));
        }
        String report = published.get(format).orElse("");
        (json ? session.json() : session.out()).println(report.stripTrailing());
        Optional<String> stale = published.stale(Instant.now());
        if (stale.isPresent()) {
            throw new CommandFailure(
                    ExitCode.STALE,
                    "the report of JVM " + jvm.label() + " is stale"
                            + stale.get().stripTrailing() + ".");
        }
        return ExitCode.OK.code();
    }

    /** An agent that has just started takes a moment to its first report; one whose samples fail has none to wait for. */
    private static void pause(JvmProcess jvm, Published published, Deadline deadline) throws CommandFailure {
        if (published.get(AgentProperty.STALE).isPresent() || deadline.passed()) {
            throw noReport(jvm, published);
        }
        try {
            deadline.pause();
        } catch (IOException e) {
            throw AttachFailures.of(jvm, deadline, e);
        }
    }

    static CommandFailure noReport(JvmProcess jvm, Published published) {
        return new CommandFailure(
                ExitCode.STALE,
                "the agent in JVM " + jvm.label() + " has no report"
                        + published
                                .get(AgentProperty.STALE)
                                .map(reason -> " " + reason.stripTrailing() + ".")
                                .orElse(": it has taken no sample yet, or cannot take one. See its MBean"
                                        + " tcphealth:type=Agent, attribute Missing."));
    }
}
