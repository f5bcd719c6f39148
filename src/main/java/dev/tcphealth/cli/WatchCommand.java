package dev.tcphealth.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "watch",
        description = {
            "Prints the findings of the agent in a JVM, a line each: those there are, then each that is raised, escalated,"
                    + " eased or cleared, with the time of this machine's zone.",
            "Ends when the JVM ends, or with Ctrl-C. Starts the JVM's own local JMX connector, as JConsole does."
        })
final class WatchCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String CLIENT_MODULE = "java.management.rmi";
    private static final long LOOK_AGAIN_MILLIS = 1000;

    private final Session session;

    @Mixin
    private final Target target = new Target();

    WatchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (ModuleLayer.boot().findModule(CLIENT_MODULE).isEmpty()) {
            throw new CommandFailure(
                    ExitCode.AGENT_REFUSED,
                    "the Java runtime of this command lacks the module " + CLIENT_MODULE
                            + ", which watch needs: run it with a JDK.");
        }
        JvmProcess jvm = target.find(session.jvms());
        Deadline deadline = target.deadline();
        Optional<Integer> done = target.asItsUser(session, jvm, deadline, true);
        if (done.isPresent()) {
            return done.get();
        }
        TargetJvm machine = TargetJvm.attach(jvm, deadline);
        if (machine.agentVersion().isEmpty()) {
            throw noAgent(jvm);
        }
        try (FindingsFeed feed = connect(jvm, machine.localConnector(), deadline)) {
            return watch(jvm, feed, deadline);
        } catch (IOException e) {
            throw AttachFailures.of(jvm, deadline, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.OK.code();
        }
    }

    private int watch(JvmProcess jvm, FindingsFeed feed, Deadline deadline)
            throws IOException, InterruptedException, CommandFailure {
        Optional<List<FindingsFeed.Line>> present = feed.begin();
        while (present.isEmpty()) {
            deadline.pause();
            present = feed.begin();
        }
        session.err()
                .println("watching JVM " + jvm.label() + ": "
                        + (present.get().isEmpty()
                                ? "nothing is wrong now"
                                : present.get().size() + " findings now")
                        + "; Ctrl-C ends this.");
        present.get().forEach(this::print);
        while (!session.out().checkError()) {
            Optional<FindingsFeed.Line> line = feed.next(LOOK_AGAIN_MILLIS);
            if (line.isPresent()) {
                print(line.get());
            } else if (ended(jvm, feed)) {
                session.err().println("JVM " + jvm.label() + " has ended.");
                return ExitCode.OK.code();
            }
        }
        return ExitCode.OK.code();
    }

    private boolean ended(JvmProcess jvm, FindingsFeed feed) throws IOException, CommandFailure {
        if (!jvm.proc().runs()) {
            return true;
        }
        boolean in;
        try {
            in = feed.connected() && feed.agentIn();
        } catch (IOException e) {
            if (jvm.proc().runs()) {
                throw e;
            }
            return true;
        }
        if (!feed.connected()) {
            // A JVM that ends closes its connections first.
            Deadline moment = Deadline.in(Duration.ofSeconds(5));
            while (jvm.proc().runs() && !moment.passed()) {
                moment.pause();
            }
            if (jvm.proc().runs()) {
                throw new IOException("it closed the connection");
            }
            return true;
        }
        if (!in) {
            throw new CommandFailure(
                    ExitCode.NO_AGENT, "the agent has been detached from JVM " + jvm.label() + " meanwhile.");
        }
        return false;
    }

    private void print(FindingsFeed.Line line) {
        session.out().println(TIME.format(line.at().atZone(ZoneId.systemDefault())) + " " + line.text());
    }

    private CommandFailure noAgent(JvmProcess jvm) {
        return new CommandFailure(
                ExitCode.NO_AGENT,
                "the agent is not in JVM " + jvm.label() + ". Attach it with: "
                        + session.agentJar().commandLine("attach " + jvm.pid()));
    }

    /** RMI knows no limit of time: so on a thread that may be left behind. */
    private static FindingsFeed connect(JvmProcess jvm, String address, Deadline deadline)
            throws CommandFailure, IOException, InterruptedException {
        FutureTask<FindingsFeed> connecting = new FutureTask<>(() -> FindingsFeed.open(address));
        Thread thread = new Thread(connecting, "tcp-health connecting");
        thread.setDaemon(true);
        thread.start();
        try {
            return connecting.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw AttachFailures.of(jvm, deadline, new AttachTimeout());
        } catch (ExecutionException e) {
            throw new CommandFailure(
                    ExitCode.NOT_ATTACHABLE,
                    "the JMX connector of JVM " + jvm.label()
                            + " cannot be reached (does it run in a container? then run" + " this command in it): "
                            + AttachFailures.oneLine(String.valueOf(e.getCause())) + ".");
        }
    }
}
