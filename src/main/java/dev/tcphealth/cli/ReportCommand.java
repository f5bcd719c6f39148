package dev.tcphealth.cli;

import dev.tcphealth.config.AgentProperty;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "report",
        description = {
            "Prints what the agent in a JVM knows: the host's health, and TIME_WAIT and CLOSE_WAIT by code path.",
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
        return target.with(session, this::report);
    }

    private int report(JvmProcess jvm, Deadline deadline) throws CommandFailure {
        TargetJvm machine = TargetJvm.attach(jvm, deadline);
        if (machine.agentVersion().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.NO_AGENT,
                    "the agent is not in JVM " + jvm.label() + ". Attach it with: "
                            + session.agentJar().commandLine("attach " + jvm.pid()));
        }
        String report = machine.report(json ? AgentProperty.REPORT_JSON : AgentProperty.REPORT_TEXT);
        session.out().println(report.stripTrailing());
        return ExitCode.OK.code();
    }
}
