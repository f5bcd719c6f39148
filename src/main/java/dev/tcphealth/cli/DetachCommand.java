package dev.tcphealth.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "detach",
        description = "Removes the agent: deletes its MBeans, stops its threads, restores the JDK's classes.")
final class DetachCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final Target target = new Target();

    DetachCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailure {
        session.agentJar().checkPath();
        return target.with(session, session.out(), this::detach);
    }

    private int detach(JvmProcess jvm, Deadline deadline) throws CommandFailure {
        TargetJvm machine = TargetJvm.attach(jvm, deadline);
        if (machine.agentVersion().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.NO_AGENT, "the agent is not in JVM " + jvm.label() + ": there is nothing to detach.");
        }
        AgentReply reply = machine.tell(session.agentJar().pathIn(jvm), AgentCommand.DETACH, "");
        Replies.require(reply, jvm);
        session.out().println(reply.text().isEmpty() ? "detached from JVM " + jvm.label() + "." : reply.text());
        JvmWarning.explain(jvm, session.err());
        return ExitCode.OK.code();
    }
}
