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
    private final Path source;

    AgentJar(Path given) {
        source = given.toAbsolutePath().normalize();
        path = ActingFor.current().map(ActingFor::jar).orElse(source);
    }

    /** Where the operator has it. */
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
        try (JarFile jar = new JarFile(source.toFile())) {
            Manifest manifest = jar.getManifest();
            String version =
                    manifest == null ? null : manifest.getMainAttributes().getValue("Implementation-Version");
            return version == null ? "(unknown version)" : version;
        } catch (IOException e) {
            return "(unknown version)";
        }
    }

    /** That a JVM can be told its path. */
    void checkPath() throws CommandFailure {
        if (path.toString().contains("=")) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "a JVM takes what follows the = in " + path
                            + " for the agent's options: move the jar to another path.");
        }
    }

    /** The path by which the JVM, which may live in a container, is told to load it: there it is, or a copy of it. */
    String pathIn(JvmProcess jvm) throws CommandFailure {
        try {
            if (JvmFiles.sharesOurs(jvm)) {
                if (!Files.isReadable(path)) {
                    throw AttachFailures.notReadable(jvm, path.toString());
                }
                return path.toString();
            }
            CopiedJar copied = new CopiedJar(jvm, source);
            return copied.isAt(path) ? path.toString() : copied.make();
        } catch (IOException e) {
            throw AttachFailures.notCopied(jvm, path, e);
        }
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
