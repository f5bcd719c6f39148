package dev.tcphealth.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A JDK of this machine to run a test on.
 *
 * @param home its folder, no link
 * @param version as in its {@code release} file, such as 17.0.15
 */
public record Jdk(Path home, String version) {

    private static final Path FOLDER = Path.of("/usr/lib/jvm");
    private static final String VERSION_LINE = "JAVA_VERSION=";

    /** Homes of further JDKs, separated by ':'. The system property comes before the environment. */
    private static final String HOMES_PROPERTY = "tcphealth.jdks";

    private static final String HOMES_VARIABLE = "TCPHEALTH_JDKS";

    /** The feature versions to test on, separated by ','. */
    private static final String FEATURES_PROPERTY = "tcphealth.features";

    private static final String FEATURES = "17,21,25";

    /** One JDK of each feature version that the tests run on, if it is here: oldest first. */
    public static List<Jdk> all() {
        Set<Integer> wanted = new LinkedHashSet<>();
        for (String feature : System.getProperty(FEATURES_PROPERTY, FEATURES).split(",", -1)) {
            wanted.add(Integer.valueOf(feature.strip()));
        }
        Map<Integer, Jdk> found = new TreeMap<>();
        try {
            for (Path home : homes()) {
                Jdk jdk = new Jdk(home, versionOf(home));
                if (wanted.contains(jdk.feature())) {
                    found.putIfAbsent(jdk.feature(), jdk);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "no JDK " + wanted + " in " + FOLDER + ", " + HOMES_PROPERTY + " or " + HOMES_VARIABLE);
        }
        return List.copyOf(found.values());
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

    /** The JDK of this process, those that were named, and those that the machine has. */
    private static Set<Path> homes() throws IOException {
        List<Path> folders = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        String named = System.getProperty(HOMES_PROPERTY, System.getenv().getOrDefault(HOMES_VARIABLE, ""));
        for (String home : named.split(File.pathSeparator, -1)) {
            if (!home.isBlank()) {
                folders.add(Path.of(home));
            }
        }
        if (Files.isDirectory(FOLDER)) {
            try (DirectoryStream<Path> installed = Files.newDirectoryStream(FOLDER)) {
                installed.forEach(folders::add);
            }
        }
        Set<Path> homes = new LinkedHashSet<>();
        for (Path folder : folders) {
            if (Files.isExecutable(folder.resolve("bin/javac")) && Files.isReadable(folder.resolve("release"))) {
                homes.add(folder.toRealPath());
            }
        }
        return homes;
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
