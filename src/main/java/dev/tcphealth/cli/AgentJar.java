package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The jar this command runs from, which is the one to load into other JVMs. */
final class AgentJar {
    private final Path path;

    AgentJar(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    /** A command line for a person to copy. */
    String commandLine(String arguments) {
        String jar = path.toString();
        String quoted = jar.matches("[\\w./+:@%,-]+") ? jar : "'" + jar.replace("'", "'\\''") + "'";
        return "java -jar " + quoted + " " + arguments;
    }

    String version() {
        try (JarFile jar = new JarFile(path.toFile())) {
            Manifest manifest = jar.getManifest();
            String version =
                    manifest == null ? null : manifest.getMainAttributes().getValue("Implementation-Version");
            return version == null ? "(unknown version)" : version;
        } catch (IOException e) {
            return "(unknown version)";
        }
    }

    /** That the JVM, which may live in a container, finds this very jar by the path it is told. */
    void checkVisibleTo(JvmProcess jvm) throws CommandFailure {
        if (path.toString().contains("=")) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "a JVM takes what follows the = in " + path
                            + " for the agent's options: move the jar to another path.");
        }
        Path seen = jvm.proc().seenAs(path);
        try {
            if (Files.isSameFile(path, seen) || Files.mismatch(path, seen) == -1) {
                return;
            }
        } catch (IOException e) {
            // said below
        }
        throw new CommandFailure(
                ExitCode.NOT_ATTACHABLE,
                "JVM " + jvm.label() + " does not have this jar at " + path
                        + " (it runs in a container?): copy the jar to that very path there.");
    }

    /** @param argument the jar and the agent's arguments, as one argument of the attach protocol */
    static void checkLength(String argument) throws CommandFailure {
        int bytes = argument.getBytes(UTF_8).length;
        if (bytes > UnixConnection.MAX_ARGUMENT_BYTES) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "the jar's path and the options take " + bytes + " bytes, and a JVM accepts "
                            + UnixConnection.MAX_ARGUMENT_BYTES + ": shorten them, or use -javaagent.");
        }
    }
}
