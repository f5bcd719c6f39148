package dev.tcphealth.cli;

import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

    JvmProcess find(JvmFinder jvms) throws CommandFailure {
        return jvms.find(pid);
    }

    Deadline deadline() {
        return Deadline.in(timeout);
    }

    static final class Pid implements CommandLine.ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            if (!value.matches("[1-9][0-9]{0,9}")) {
                throw new CommandLine.TypeConversionException("'" + value + "' is not a process id");
            }
            return Long.valueOf(value);
        }
    }

    static final class Seconds implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            if (!value.matches("[1-9][0-9]{0,5}")) {
                throw new CommandLine.TypeConversionException("'" + value + "' is not a number of seconds");
            }
            return Duration.ofSeconds(Long.parseLong(value));
        }
    }
}
