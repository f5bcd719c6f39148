package dev.tcphealth.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A JDK of this machine to run a test on.
 *
 * @param home its folder, no link
 * @param version as in its {@code release} file, such as 17.0.15
 */
public record Jdk(Path home, String version) {

    private static final Path FOLDER = Path.of("/usr/lib/jvm");
    private static final String VERSION_LINE = "JAVA_VERSION=";

    /** Every JDK 17 and later here, oldest first. */
    public static List<Jdk> all() {
        Set<Path> homes = new LinkedHashSet<>();
        homes.add(Path.of(System.getProperty("java.home")));
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(FOLDER)) {
            for (Path folder : folders) {
                if (Files.isExecutable(folder.resolve("bin/javac")) && Files.isReadable(folder.resolve("release"))) {
                    homes.add(folder.toRealPath());
                }
            }
            List<Jdk> jdks = new ArrayList<>();
            for (Path home : homes) {
                Jdk jdk = new Jdk(home, versionOf(home));
                if (jdk.feature() >= 17) {
                    jdks.add(jdk);
                }
            }
            jdks.sort(Comparator.comparingInt(Jdk::feature));
            return jdks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The newest JDK here. */
    public static Jdk newest() {
        List<Jdk> all = all();
        return all.get(all.size() - 1);
    }

    /** The number that a release is called by: 17 of 17.0.15. */
    public int feature() {
        return Integer.parseInt(version.split("[^0-9]", 2)[0]);
    }

    /** The path of one of its commands. */
    public String tool(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    @Override
    public String toString() {
        return "JDK " + version;
    }

    private static String versionOf(Path home) throws IOException {
        for (String line : Files.readAllLines(home.resolve("release"))) {
            if (line.startsWith(VERSION_LINE)) {
                return line.substring(VERSION_LINE.length()).replace("\"", "");
            }
        }
        throw new IOException(home + " has no " + VERSION_LINE + " in its release file");
    }
}
