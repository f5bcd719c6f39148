package dev.tcphealth.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = {
            "Lists the JVMs of this user, or all users' for root, and whether the agent is in them.",
            "Reads /proc alone: no JVM is touched."
        })
final class ListCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    ListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailure {
        List<JvmProcess> jvms;
        try {
            jvms = session.jvms().all();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.AGENT_REFUSED, "cannot read /proc, which list needs: " + e.getMessage());
        }
        if (json) {
            session.out().print(JvmTable.json(jvms));
        } else if (jvms.isEmpty()) {
            session.err().println("no JVM of this user runs; root sees those of all users.");
        } else {
            session.out().print(JvmTable.text(jvms));
        }
        return ExitCode.OK.code();
    }
}
