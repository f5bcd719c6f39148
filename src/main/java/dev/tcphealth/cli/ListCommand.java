package dev.tcphealth.cli;

import dev.tcphealth.text.Plain;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = {
            "Lists the JVMs of this user, or all users' for root, and whether the agent is in them.",
            "Reads the /proc folder of each process and the JDK's file release. Attaches to no JVM."
        })
final class ListCommand implements Callable<Integer> {
    private static final String NONE = "no JVM found. Only root sees those of all users.";

    private final Session session;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    ListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailure {
        Listing listing;
        try {
            listing = session.jvms().all();
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.AGENT_REFUSED, "cannot read /proc, which list needs: " + e.getMessage());
        }
        if (json) {
            session.json().print(JvmTable.json(listing));
        } else if (listing.jvms().isEmpty() && listing.unread().isEmpty()) {
            session.err().println(NONE);
        } else {
            session.out().print(JvmTable.text(listing));
        }
        if (listing.notReached() > 0) {
            session.err()
                    .println("tcp-health: the list is not complete: "
                            + Plain.counted(listing.notReached(), "process was", "processes were")
                            + " not reached in time.");
        }
        return ExitCode.OK.code();
    }
}
