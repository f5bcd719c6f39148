package dev.tcphealth.cli;

import dev.tcphealth.config.OptionException;
import dev.tcphealth.config.Options;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "attach", description = "Puts the agent into a running JVM.")
final class AttachCommand implements Callable<Integer> {
    private static final int OLDEST_JDK = 17;

    private final Session session;

    @Mixin
    private final Target target = new Target();

    @Parameters(
            index = "1..*",
            paramLabel = "OPTION",
            description = "Options of the agent, as name=value; the same as with -javaagent.")
    private List<String> options = List.of();

    AttachCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailure {
        String given = String.join(",", options);
        checkHere(given);
        session.agentJar().checkPath();
        return target.with(session, session.out(), (jvm, deadline) -> attach(jvm, deadline, given));
    }

    private int attach(JvmProcess jvm, Deadline deadline, String given) throws CommandFailure {
        if (jvm.jdk().feature().orElse(OLDEST_JDK) < OLDEST_JDK) {
            throw new CommandFailure(
                    ExitCode.NO_JVM,
                    "JVM " + jvm.label() + " runs on JDK " + jvm.jdk() + ", and the agent needs " + OLDEST_JDK
                            + " or later: restart it on such a JDK.");
        }
        PrintStream err = session.err();
        String jdk = jvm.jdk().known() ? "JDK " + jvm.jdk() : "JDK unknown";
        err.println("attaching to " + jvm.pid() + " (" + jvm.command().main() + ", " + jdk + ") ...");
        long start = System.nanoTime();
        TargetJvm machine = TargetJvm.attach(jvm, deadline);
        Optional<String> present = machine.agentVersion();
        if (present.isPresent()) {
            throw new CommandFailure(
                    ExitCode.AGENT_REFUSED,
                    "the agent (" + present.get() + ") is in JVM " + jvm.label() + " already: see it with "
                            + session.agentJar().commandLine("report " + jvm.pid()) + ", or detach it first.");
        }
        AgentReply reply = machine.tell(session.agentJar().pathIn(jvm), AgentCommand.ATTACH, given);
        Replies.require(reply, jvm);
        err.println(String.format(Locale.ROOT, "attached in %.1f s.", (System.nanoTime() - start) / 1e9));
        if (!reply.text().isEmpty()) {
            session.out().println(reply.text());
        }
        session.out().println("Look at it with: " + session.agentJar().commandLine("report " + jvm.pid()));
        JvmWarning.explain(jvm, err);
        return ExitCode.OK.code();
    }

    /** Before the JVM is told to load anything, which newer ones warn of on the application's standard error. */
    private static void checkHere(String given) throws CommandFailure {
        try {
            Options.parse(given);
        } catch (OptionException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
