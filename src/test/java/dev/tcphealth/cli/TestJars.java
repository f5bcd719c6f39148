package dev.tcphealth.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import net.bytebuddy.agent.VirtualMachine;
import picocli.CommandLine;

/** Class paths for child JVMs, put where every user can read them. */
final class TestJars {
    private TestJars() {}

    /** A jar with {@link ContractAgent} in it. */
    static Path contractAgent(Path jar) throws IOException {
        return contractAgent(jar, new Manifest());
    }

    /** The same, with the command line in it, which other users can run. */
    static Path contractAgent(Path jar, Path classes) throws IOException {
        Manifest manifest = new Manifest();
        StringBuilder urls = new StringBuilder();
        for (String entry : commandLine(classes).split(":", -1)) {
            urls.append(Path.of(entry).toUri()).append(' ');
        }
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, urls.toString());
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, JarMain.class.getName());
        return contractAgent(jar, manifest);
    }

    private static Path contractAgent(Path jar, Manifest manifest) throws IOException {
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "9.8.7");
        manifest.getMainAttributes().put(new Attributes.Name("Agent-Class"), ContractAgent.class.getName());
        String entry = ContractAgent.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream in = TestJars.class.getResourceAsStream("ContractAgent.class")) {
            out.putNextEntry(new JarEntry(entry));
            if (in == null) {
                throw new IOException("no " + entry);
            }
            in.transferTo(out);
            out.closeEntry();
        }
        makeReadable(jar);
        return jar;
    }

    /** Copies the command line, what it needs and the tests' own classes; gives the class path. */
    static String commandLine(Path folder) throws IOException {
        copyClasses(location(Main.class), folder.resolve("main"));
        copyClasses(location(ChildApp.class), folder.resolve("test"));
        Files.copy(location(CommandLine.class), folder.resolve("picocli.jar"));
        Files.copy(location(VirtualMachine.class), folder.resolve("byte-buddy-agent.jar"));
        makeReadable(folder);
        return classPath(folder);
    }

    /** Of what {@link #commandLine} has copied there. */
    static String classPath(Path folder) {
        return Stream.of("main", "test", "picocli.jar", "byte-buddy-agent.jar")
                .map(name -> folder.resolve(name).toString())
                .reduce((a, b) -> a + ":" + b)
                .orElseThrow();
    }

    /** For other users as well, whatever the umask is that these were made with. */
    private static void makeReadable(Path top) throws IOException {
        try (Stream<Path> all = Files.walk(top)) {
            for (Path path : all.toList()) {
                String permissions = Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--";
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
            }
        }
    }

    static Path location(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copyClasses(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from.resolve("dev"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
