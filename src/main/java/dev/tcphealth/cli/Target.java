package dev.tcphealth.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The arguments shared by the commands that talk to one JVM. */
final class Target {
    @Parameters(
            index = "0",
            paramLabel = "PID",
            description = "The JVM's process id; see @|bold list|@.",
            converter = Pid.class)
    private long pid;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for the JVM in all. Default: ${DEFAULT-VALUE}.",
            converter = Seconds.class)
    private Duration timeout = Duration.ZERO;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** What a command does with the JVM, within the deadline. */
    interface Work {
        int on(JvmProcess jvm, Deadline deadline) throws CommandFailure;
    }

    /**
     * Does it before the deadline and as the JVM's user, here or in a process of that user.
     *
     * @param out where the results go
     */
    int with(Session session, PrintStream out, Work work) throws CommandFailure {
        Deadline deadline = deadline();
        return TimeLimit.run(pid, deadline, () -> {
            JvmProcess jvm = find(session.jvms());
            Optional<Integer> done = asItsUser(session, out, jvm, OtherUser.of(jvm), deadline, false);
            return done.isPresent() ? done.get() : work.on(jvm, deadline);
        });
    }

    /**
     * Runs this command by a process of the JVM's user, where that is another; gives its exit code. Empty where the
     * command is to be run here.
     *
     * @param out where the results go
     * @param other the user, where it is another
     * @param forEver for as long as anybody reads what it prints, and not to the deadline only
     */
    Optional<Integer> asItsUser(
            Session session,
            PrintStream out,
            JvmProcess jvm,
            Optional<OtherUser> other,
            Deadline deadline,
            boolean forEver)
            throws CommandFailure {
        if (other.isEmpty()) {
            return Optional.empty();
        }
        List<String> arguments = Objects.requireNonNull(command)
                .root()
                .commandLine()
                .getParseResult()
                .originalArgs();
        return Optional.of(
                other.get().start(session, arguments, deadline).relay(out, session.err(), jvm, deadline, forEver));
    }

    JvmProcess find(JvmFinder jvms) throws CommandFailure {
        return jvms.find(pid);
    }

    Deadline deadline() {
        return Deadline.in(timeout, ActingFor.current().map(ActingFor::left).orElse(timeout));
    }

    static final class Pid implements CommandLine.ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            if (!value.matches("[1-9][0-9]{0,9}") || Long.parseLong(value) > Integer.MAX_VALUE) {
                throw new CommandLine.TypeConversionException(
                        "'" + value + "' is not a process id: it is a number from 1 to " + Integer.MAX_VALUE);
            }
            return Long.valueOf(value);
        }
    }

    static final class Seconds implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            if (!value.matches("[1-9][0-9]{0,5}")) {
                throw new CommandLine.TypeConversionException(
                        "--timeout '" + value + "' is not a number of seconds from 1 to 999999");
            }
            return Duration.ofSeconds(Long.parseLong(value));
        }
    }
}
