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
        Manifest manifest = new Manifest();
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
        copyPackage("cli", location(Main.class), folder.resolve("main"));
        copyPackage("config", location(Main.class), folder.resolve("main"));
        copyPackage("text", location(Main.class), folder.resolve("main"));
        copyPackage("kernel", location(Main.class), folder.resolve("main"));
        copyPackage("cli", location(ChildApp.class), folder.resolve("test"));
        Files.copy(location(CommandLine.class), folder.resolve("picocli.jar"));
        Files.copy(location(VirtualMachine.class), folder.resolve("byte-buddy-agent.jar"));
        makeReadable(folder);
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

    private static void copyPackage(String name, Path from, Path to) throws IOException {
        Path folder = Path.of("dev", "tcphealth", name);
        Files.createDirectories(to.resolve(folder));
        try (Stream<Path> files = Files.list(from.resolve(folder))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(folder).resolve(file.getFileName().toString()));
            }
        }
    }
}
