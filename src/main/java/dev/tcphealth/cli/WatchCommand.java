package dev.tcphealth.cli;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.text.Plain;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "watch",
        description = {
            "Prints the findings of the agent in a JVM, one line each: first those that are active, then each that is"
                    + " raised, escalated, downgraded or cleared, with the time in this machine's time zone.",
            "Reads the agent's report once a second. Ends when the JVM ends, when nobody reads its output any more, or"
                    + " with Ctrl-C."
        })
final class WatchCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final long PERIOD_MILLIS = 1000;
    private static final long MOMENT_MILLIS = 50;
    /** A JVM that ends closes its attach socket a while before. */
    private static final Duration ENDING = Duration.ofSeconds(5);

    private final Session session;

    @Mixin
    private final Target target = new Target();

    WatchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailure {
        JvmProcess jvm = target.find(session.jvms());
        // What this looks at is the process's own, as the folder that is its root.
        Optional<OtherUser> other = TimeLimit.run(jvm.pid(), target.deadline(), () -> OtherUser.of(jvm));
        Optional<Integer> done = target.asItsUser(session, session.out(), jvm, other, target.deadline(), true);
        if (done.isPresent()) {
            return done.get();
        }
        try {
            return watch(jvm, jvm.proc().startTicks(), new Reader(session.out()))
                    .code();
        } catch (IOException e) {
            throw AttachFailures.ended(jvm);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.OK.code();
        }
    }

    private ExitCode watch(JvmProcess jvm, long start, Reader reader)
            throws IOException, InterruptedException, CommandFailure {
        FindingChanges changes = new FindingChanges();
        Deadline firstReport = target.deadline();
        String staleTold = "";
        boolean begun = false;
        boolean in = false;
        while (true) {
            Optional<Published> read = read(jvm, reader);
            if (read.isEmpty()) {
                return ExitCode.OK;
            }
            Published published = read.get();
            if (!published.agentIn()) {
                throw in
                        ? new CommandFailure(
                                ExitCode.NO_AGENT,
                                "the agent has been detached from JVM " + jvm.label() + " meanwhile.")
                        : noAgent(jvm);
            }
            in = true;
            Optional<Map<String, @Nullable Object>> report = published
                    .get(AgentProperty.REPORT_JSON)
                    .flatMap(Published::object)
                    .filter(json -> Published.instant(json.get("at")).isPresent());
            if (report.isPresent()) {
                List<FindingChanges.Line> lines = changes.next(report.get());
                if (!begun) {
                    begun = true;
                    greet(jvm, lines.size());
                }
                lines.forEach(this::print);
            } else if (!begun && firstReport.passed()) {
                throw ReportCommand.noReport(jvm, published);
            }
            staleTold = tellStale(jvm, published.stale(Instant.now()).orElse(""), staleTold);
            if (reader.goneWithin(PERIOD_MILLIS)) {
                return ExitCode.OK;
            }
            if (!runs(jvm, start)) {
                return ended(jvm);
            }
        }
    }

    /** What the agent publishes now; empty where there is nobody to tell it to, or the JVM has ended meanwhile. */
    private Optional<Published> read(JvmProcess jvm, Reader reader) throws InterruptedException, CommandFailure {
        FutureTask<Published> reading = Bounded.start(() -> {
            try (TargetJvm machine = TargetJvm.attach(jvm, target.deadline())) {
                return machine.published();
            }
        });
        Deadline deadline = target.deadline();
        Deadline late = Deadline.in(deadline.remaining().plusMillis(TimeLimit.GRACE_MILLIS));
        if (!awaitDone(reading, reader, late)) {
            return Optional.empty();
        }
        if (!reading.isDone()) {
            throw TimeLimit.late(jvm.pid(), deadline);
        }
        try {
            return Optional.of(reading.get());
        } catch (ExecutionException e) {
            Deadline moment = Deadline.in(ENDING);
            while (jvm.proc().runs() && !moment.passed()) {
                if (reader.goneWithin(MOMENT_MILLIS)) {
                    return Optional.empty();
                }
            }
            if (!jvm.proc().runs()) {
                ended(jvm);
                return Optional.empty();
            }
            throw e.getCause() instanceof CommandFailure failure
                    ? failure
                    : new CommandFailure(ExitCode.AGENT_REFUSED, "JVM " + jvm.label() + ": " + e.getCause());
        }
    }

    /** Waits until it is done or late; false where nobody reads the output any more. */
    static boolean awaitDone(Future<?> reading, Reader reader, Deadline late) throws InterruptedException {
        while (!reading.isDone() && !late.passed()) {
            if (reader.goneWithin(MOMENT_MILLIS)) {
                return false;
            }
        }
        return true;
    }

    private static boolean runs(JvmProcess jvm, long start) {
        try {
            return jvm.proc().runs() && jvm.proc().startTicks() == start;
        } catch (IOException e) {
            return false;
        }
    }

    private ExitCode ended(JvmProcess jvm) {
        session.err().println("JVM " + jvm.label() + " has ended.");
        return ExitCode.OK;
    }

    private void greet(JvmProcess jvm, int findings) {
        session.err()
                .println("watching JVM " + jvm.label() + ": "
                        + (findings == 0 ? "no findings" : Plain.counted(findings, "finding"))
                        + " now; Ctrl-C ends this.");
    }

    private String tellStale(JvmProcess jvm, String stale, String told) {
        if (!stale.equals(told)) {
            session.err()
                    .println("the report of JVM " + jvm.label() + " is "
                            + (stale.isEmpty() ? "up to date again." : "stale" + Plain.text(stale) + "."));
        }
        return stale;
    }

    private void print(FindingChanges.Line line) {
        session.out().println(TIME.format(line.at().atZone(ZoneId.systemDefault())) + " " + Plain.text(line.text()));
    }

    private CommandFailure noAgent(JvmProcess jvm) {
        return new CommandFailure(
                ExitCode.NO_AGENT,
                "the agent is not in JVM " + jvm.label() + ". Attach it with: "
                        + session.agentJar().commandLine("attach " + jvm.pid()));
    }
}
