package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tcphealth.text.Plain;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the agent's jar. */
public final class Main {
    static final String NAME = "tcp-health";

    private Main() {}

    /**
     * Runs one command.
     *
     * @param agentJar the jar this runs from, to be loaded into other JVMs
     * @return the exit code, as the help lists them
     */
    public static int run(String[] args, Path agentJar) {
        // A command of another user reads what this one prints, and knows the terminal.
        Charset charset = ActingFor.current().isPresent() ? UTF_8 : HarmlessOutput.terminalCharset();
        // System.out does not say what went wrong.
        return run(
                args,
                agentJar,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                charset);
    }

    /** The same for a terminal with this charset. Nothing reaches the two streams but what is harmless to it. */
    static int run(String[] args, Path agentJar, OutputStream out, OutputStream err, Charset charset) {
        JvmFinder jvms = new JvmFinder(Path.of("/proc"), ProcessHandle.current().pid());
        Results results = new Results(out);
        Session session = new Session(
                new AgentJar(agentJar),
                HarmlessOutput.stream(results, charset),
                HarmlessOutput.stream(results, UTF_8),
                HarmlessOutput.stream(err, charset),
                jvms);
        int exit = run(args, session);
        Optional<String> failure = results.failure();
        failure.ifPresent(reason -> session.err().println(NAME + ": cannot write the output: " + Plain.text(reason)));
        return failure.isPresent() && exit == ExitCode.OK.code() ? ExitCode.AGENT_REFUSED.code() : exit;
    }

    private static int run(String[] args, Session session) {
        CommandLine attach = new CommandLine(new AttachCommand(session));
        CommandLine line = new CommandLine(new Root())
                .addSubcommand(new ListCommand(session))
                .addSubcommand(attach)
                .addSubcommand(new DetachCommand(session))
                .addSubcommand(new ReportCommand(session))
                .addSubcommand(new WatchCommand(session))
                .addSubcommand(new HostCommand(session));
        line.setCommandName("java -jar " + session.agentJar().path().getFileName());
        attach.getCommandSpec()
                .usageMessage()
                .footerHeading("%nOptions of the agent:%n")
                .footer(OptionHelp.lines().toArray(String[]::new));
        describe(line.getCommandSpec(), session);
        line.getSubcommands().values().forEach(command -> describe(command.getCommandSpec(), session));
        if (args.length == 0) {
            line.usage(session.err(), Help.Ansi.OFF);
            return ExitCode.USAGE.code();
        }
        return line.setOut(new PrintWriter(session.out(), true, UTF_8))
                .setErr(new PrintWriter(session.err(), true, UTF_8))
                .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                .setParameterExceptionHandler((e, ignored) -> usage(e, session.err()))
                .setExecutionExceptionHandler((e, command, ignored) -> failed(e, session.err()))
                .execute(args);
    }

    private static void describe(CommandSpec spec, Session session) {
        spec.mixinStandardHelpOptions(true).versionProvider(() ->
                new String[] {NAME + " " + session.agentJar().version()});
        spec.usageMessage()
                .width(100)
                .sortOptions(false)
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.help());
    }

    private static int usage(ParameterException e, PrintStream err) {
        // picocli's own words around a value that is none only repeat what ours say
        String what = e.getCause() instanceof TypeConversionException cause
                ? cause.getMessage()
                : e instanceof UnmatchedArgumentException unmatched ? unexpected(unmatched) : e.getMessage();
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println(NAME + ": " + Plain.text(String.valueOf(what)) + " (see " + command + " --help)");
        return ExitCode.USAGE.code();
    }

    private static String unexpected(UnmatchedArgumentException e) {
        List<String> words = e.getUnmatched();
        if (e.isUnknownOption() || words.isEmpty()) {
            return "there is no option '" + String.join(" ", words) + "'";
        }
        boolean isCommand = e.getCommandLine().getParent() == null;
        return (isCommand ? "there is no command '" : "unexpected argument '") + words.get(0) + "'";
    }

    private static int failed(Exception e, PrintStream err) {
        if (e instanceof CommandFailure failure) {
            err.println(NAME + ": " + Plain.text(failure.line()));
            return failure.exit().code();
        }
        err.println(NAME + ": an error of this command itself, please report it: " + Plain.text(e.toString()));
        return ExitCode.AGENT_REFUSED.code();
    }

    @Command(description = "Shows which code creates TIME_WAIT sockets and which leaves sockets in CLOSE_WAIT.")
    private static final class Root {}
}
