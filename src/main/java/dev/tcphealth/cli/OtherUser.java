package dev.tcphealth.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The user of a JVM that is not ours. Root must not touch the files of such a process with root's own rights: it could
 * put anything in their place. So the command is run again by a process with that user and group, no other groups and no
 * capabilities, before any of them is touched. It runs our own programs and stays in our own namespaces: nothing of the
 * other process is executed.
 */
final class OtherUser {
    private static final Path SELF = Path.of("/proc/self");
    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin"));
    private static final int CAP_SETPCAP = 8;
    private static final int CAP_SYS_PTRACE = 19;

    private final JvmProcess jvm;
    private final ProcCredentials us;
    private final ProcCredentials them;

    private OtherUser(JvmProcess jvm, ProcCredentials us, ProcCredentials them) {
        this.jvm = jvm;
        this.us = us;
        this.them = them;
    }

    /** Empty where this process may deal with the JVM itself. */
    static Optional<OtherUser> of(JvmProcess jvm) throws CommandFailure {
        ProcCredentials us;
        ProcCredentials them;
        try {
            us = ProcCredentials.read(SELF);
            them = ProcCredentials.read(jvm.proc().folder());
        } catch (AccessDeniedException e) {
            throw new CommandFailure(
                    ExitCode.NOT_PERMITTED,
                    "the kernel does not show process " + jvm.pid()
                            + " to this user: that takes root with CAP_SYS_PTRACE, which containers lack by default.");
        } catch (IOException e) {
            throw AttachFailures.ended(jvm);
        }
        Optional<ActingFor> acting = ActingFor.current();
        if (acting.isPresent() && acting.get().startTicks() != them.startTicks()) {
            throw AttachFailures.ended(jvm);
        }
        boolean sameUser = us.uid() == them.uid() && us.gid() == them.gid();
        if (acting.isPresent() || us.uid() != 0) {
            if (!sameUser) {
                throw new CommandFailure(
                        ExitCode.NOT_PERMITTED,
                        "JVM " + jvm.label() + " runs as user " + them.uid() + " with group " + them.gid()
                                + ", and takes requests of these or of root: run this command as root.");
            }
            return Optional.empty();
        }
        boolean samePlace = us.sharesFilesWith(them) && us.pidNamespace().equals(them.pidNamespace());
        return sameUser && samePlace ? Optional.empty() : Optional.of(new OtherUser(jvm, us, them));
    }

    /** Runs a command as this user. */
    ActingProcess start(Session session, List<String> arguments, Deadline deadline) throws CommandFailure {
        Path operators = session.agentJar().path();
        String byHand = handLine(operators, arguments);
        try {
            ReadableJar jar = ReadableJar.of(operators, them.uid(), them.gid());
            ActingFor acting = new ActingFor(them.startTicks(), deadline.remaining(), operators);
            List<String> command = new ArrayList<>(List.of(program("setsid"), program("setpriv")));
            command.addAll(identity());
            command.addAll(List.of(
                    java(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-XX:+DisableAttachMechanism",
                    "-Xmx256m",
                    "-Dfile.encoding=UTF-8",
                    "-Dstdout.encoding=UTF-8",
                    "-Dstderr.encoding=UTF-8",
                    "-Dsun.stdout.encoding=UTF-8",
                    "-Dsun.stderr.encoding=UTF-8",
                    acting.option(),
                    "-jar",
                    jar.path().toString()));
            command.addAll(arguments);
            return ActingProcess.start(command, jar, byHand);
        } catch (IOException e) {
            throw cannot(jvm, byHand, String.valueOf(e.getMessage()));
        }
    }

    static CommandFailure cannot(JvmProcess jvm, String byHand, String why) {
        return new CommandFailure(
                ExitCode.NOT_PERMITTED,
                "JVM " + jvm.label() + " belongs to user " + jvm.user()
                        + ", and this command cannot be run as that user here (" + AttachFailures.oneLine(why)
                        + "); run it so: " + byHand);
    }

    /**
     * CAP_SYS_PTRACE is what the kernel asks of who follows /proc/PID/root into other namespaces or to a process that has
     * capabilities itself. It also keeps that process from tracing ours, which it could where it sees it.
     */
    private List<String> identity() throws IOException {
        List<String> words = new ArrayList<>(List.of("--reuid=" + them.uid(), "--regid=" + them.gid()));
        words.addAll(List.of("--clear-groups", "--no-new-privs", "--pdeathsig=TERM"));
        boolean tracing = has(CAP_SYS_PTRACE) && (!us.sharesFilesWith(them) || them.permitted() != 0);
        String capabilities = tracing ? "-all,+sys_ptrace" : "-all";
        words.add("--inh-caps=" + capabilities);
        words.add("--ambient-caps=" + capabilities);
        if (has(CAP_SETPCAP)) {
            words.add("--bounding-set=" + capabilities);
        }
        return words;
    }

    private boolean has(int capability) {
        return (us.permitted() & 1L << capability) != 0;
    }

    private String handLine(Path jar, List<String> arguments) {
        return "setpriv --reuid=" + them.uid() + " --regid=" + them.gid() + " --clear-groups --no-new-privs java -jar "
                + jar + " " + String.join(" ", arguments);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String program(String name) throws IOException {
        for (Path folder : PROGRAMS) {
            if (Files.isExecutable(folder.resolve(name))) {
                return folder.resolve(name).toString();
            }
        }
        throw new IOException("there is no " + name + ", which util-linux has");
    }
}
