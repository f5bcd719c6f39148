package dev.tcphealth.cli;

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

/** Every JDK 17 and later of this machine, oldest first; the ones to test on. */
final class InstalledJdks {
    private InstalledJdks() {}

    record Jdk(Path home, JdkVersion version) {
        int feature() {
            return version.feature().orElseThrow();
        }

        String tool(String name) {
            return home.resolve("bin").resolve(name).toString();
        }

        @Override
        public String toString() {
            return "JDK " + version;
        }
    }

    static List<Jdk> all() {
        Set<Path> homes = new LinkedHashSet<>();
        homes.add(Path.of(System.getProperty("java.home")));
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of("/usr/lib/jvm"))) {
            for (Path folder : folders) {
                if (Files.isExecutable(folder.resolve("bin/java")) && Files.isReadable(folder.resolve("release"))) {
                    homes.add(folder.toRealPath());
                }
            }
            List<Jdk> jdks = new ArrayList<>();
            for (Path home : homes) {
                JdkVersion version = JdkVersion.parse(Files.readAllLines(home.resolve("release")));
                if (version.feature().orElse(0) >= 17) {
                    jdks.add(new Jdk(home.toRealPath(), version));
                }
            }
            jdks.sort(Comparator.comparingInt(Jdk::feature));
            return jdks.stream().distinct().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Jdk newest() {
        List<Jdk> all = all();
        return all.get(all.size() - 1);
    }
}
