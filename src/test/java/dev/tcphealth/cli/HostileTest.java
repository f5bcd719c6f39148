package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Root's commands against processes that mean harm: those of user nobody, and their neighbours' in /tmp. */
class HostileTest {
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    private static final int STRANGER = 1;

    @TempDir
    static Path folder = Path.of("");

    /** Where those find the classes that have another /tmp. */
    private static Path outside = Path.of("");

    private static String classPath = "";
    private static Path agent = Path.of("");

    @BeforeAll
    static void makeReadableForAll() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "becoming another user takes root");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        agent = TestJars.contractAgent(folder.resolve("agent.jar"), classes);
        classPath = TestJars.classPath(classes);
        outside = Files.createTempDirectory(Path.of("/var/tmp"), "tcp-health-hostile-");
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(outside.resolve("dev/tcphealth/cli"));
        Path app = Path.of("dev/tcphealth/cli/ChildApp.class");
        Files.copy(TestJars.location(ChildApp.class).resolve(app), outside.resolve(app));
    }

    @AfterAll
    static void removeWhatIsOutside() throws IOException {
        if (outside.isAbsolute()) {
            try (Stream<Path> files = Files.walk(outside)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flood", "drip", "silent"})
    void anAnswerWithoutEnd(String mode) throws Exception {
        try (Child hostile = hostile(mode)) {
            for (String command : List.of("report", "attach")) {
                assertThat(failure(command, hostile.pid(), "--timeout=3"))
                        .containsAnyOf("the process sent more than 16 MB: it may not be a JVM", "within 3 s");
            }
        }
    }

    @Test
    void propertiesThatAreNone() throws Exception {
        try (Child hostile = hostile("say", "0\\n\\\\u00zz=1\\n")) {
            assertThat(refusal("report", hostile.pid())).contains("properties that are none");
        }
    }

    @Test
    void anAnswerWithoutStatus() throws Exception {
        try (Child hostile = hostile("say", "nothing")) {
            assertThat(refusal("report", hostile.pid())).contains("without an answer");
        }
    }

    /** The properties are answered as the load is: with a reply to nobody. */
    @Test
    void aReplyToAnother() throws Exception {
        String answer = "0\\nreturn code: 0\\n";
        try (Child hostile = hostile("say", answer)) {
            assertThat(Cli.run(agent, "report", hostile.pid()).exit()).isEqualTo(6);
            Cli attached = Cli.run(agent, "attach", hostile.pid());
            assertThat(attached.exit()).as(attached.toString()).isEqualTo(1);
            assertThat(attached.complaint()).hasLineCount(1).contains("no answer that this version");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "fifo", "file", "folder"})
    void whatIsNoSocketInItsPlace(String kind) throws Exception {
        try (Child app = nobody(List.of(), ChildApp.class)) {
            Path socket = Path.of("/tmp/.java_pid" + app.pid());
            String make = switch (kind) {
                case "link" -> "ln -s /run/tcp-health-nowhere ";
                case "fifo" -> "mkfifo ";
                case "file" -> "touch ";
                default -> "mkdir ";
            };
            try (Child made = start(AS_NOBODY, List.of("sh", "-c", make + socket))) {
                assertThat(made.end()).isZero();
            }
            try {
                assertThat(refusal("report", app.pid()))
                        .contains(socket + (kind.equals("link") ? " is a link" : " is not a socket"), "remove it");
            } finally {
                Files.deleteIfExists(socket);
            }
        }
    }

    /** Whoever may link a socket leads to another JVM of that user: its answers are nobody's here. */
    @Test
    void theSocketOfAnotherJvm() throws Exception {
        try (Child asked = Child.app(Jdk.newest());
                Child other = Child.app(Jdk.newest())) {
            assertThat(Cli.run(agent, "attach", other.pid()).exit()).isZero();
            Path socket = Path.of("/tmp/.java_pid" + asked.pid());
            Files.createLink(socket, Path.of("/tmp/.java_pid" + other.pid()));
            try {
                assertThat(failure("report", asked.pid(), "--timeout=10"))
                        .contains("another process answers at " + socket);
            } finally {
                Files.deleteIfExists(socket);
            }
        }
    }

    /** HotSpot would not take it, and print its threads. In the working folder there is a place still. */
    @Test
    void aTriggerOfAnother() throws Exception {
        Path working = folderOfNobody("working");
        try (Child app = nobody(List.of("sh", "-c", "cd " + working + " && exec \"$@\"", "sh"), ChildApp.class)) {
            Path planted = planted(Path.of("/tmp"), app);
            try {
                Cli attached = Cli.run(agent, "attach", app.pid());
                assertThat(attached.exit()).as(attached.err()).isZero();
                assertThat(planted).exists();
                assertThat(working).isEmptyDirectory();
            } finally {
                Files.deleteIfExists(planted);
            }
            app.end();
            assertThat(app.lines()).noneMatch(line -> line.contains("Full thread dump"));
        }
    }

    /** HotSpot looks there first, and then nowhere else. */
    @Test
    void aTriggerOfAnotherInTheWorkingFolder() throws Exception {
        Path working = folderOfNobody("other");
        try (Child app = nobody(List.of("sh", "-c", "cd " + working + " && exec \"$@\"", "sh"), ChildApp.class)) {
            Path planted = planted(working, app);
            assertThat(refusal("attach", app.pid()))
                    .contains(
                            planted.getFileName() + " is not a file of the JVM's",
                            "before it looks in /tmp",
                            "remove it");
            assertThat(planted).exists();
            assertThat(Path.of("/tmp/" + planted.getFileName())).doesNotExist();
            app.end();
            assertThat(app.lines()).noneMatch(line -> line.contains("Full thread dump"));
        }
    }

    /** HotSpot follows it with stat(2), which fails, and then looks in /tmp. Of a folder it does not see that it is none. */
    @ParameterizedTest
    @ValueSource(strings = {"ln -s /run/tcp-health-nowhere ", "ln -s . ", "mkdir "})
    void whatIsNoHindranceInTheWorkingFolder(String make) throws Exception {
        Path working = folderOfNobody("working" + make.length());
        try (Child app = nobody(List.of("sh", "-c", "cd " + working + " && exec \"$@\"", "sh"), ChildApp.class)) {
            Path entry = working.resolve(".attach_pid" + app.pid());
            try (Child made = start(AS_NOBODY, List.of("sh", "-c", make + entry))) {
                assertThat(made.end()).isZero();
            }
            Cli attached = Cli.run(agent, "attach", app.pid());
            assertThat(attached.exit()).as(attached.err()).isZero();
            assertThat(Files.exists(entry, LinkOption.NOFOLLOW_LINKS)).isTrue();
            assertThat(Path.of("/tmp/" + entry.getFileName())).doesNotExist();
            app.end();
            assertThat(app.lines()).noneMatch(line -> line.contains("Full thread dump"));
        }
    }

    /** As with Kubernetes' readOnlyRootFilesystem. */
    @ParameterizedTest
    @ValueSource(strings = {"attach", "report", "detach"})
    void aReadOnlyTmp(String command) throws Exception {
        List<String> readOnly =
                List.of("unshare", "--mount", "sh", "-c", "mount -t tmpfs -o ro tmpfs /tmp && exec \"$@\"", "sh");
        try (Child app = start(readOnly, AS_NOBODY, java(outside.toString(), ChildApp.class))) {
            app.awaitLine("ready");
            assertThat(refusal(command, app.pid())).contains("has a read-only /tmp", "-javaagent", "JMX");
        }
    }

    /** In a user namespace everybody may mount: here the same folder of root's comes and goes in the place of /tmp. */
    @Test
    void aFolderOfRootsMountedOverTmp() throws Exception {
        Path victim = Files.createDirectory(outside.resolve("victim-" + System.nanoTime()));
        Path file = Files.writeString(victim.resolve("file"), "root's");
        String race = "while :; do mount --bind " + victim + " /tmp; umount /tmp; done & ";
        List<String> own = List.of("unshare", "-Ur", "-m", "sh", "-c", race + "exec \"$@\"", "sh");
        try (Child app = start(AS_NOBODY, own, java(outside.toString(), ChildApp.class))) {
            app.awaitLine("ready");
            for (String command : List.of("attach", "report", "detach")) {
                Cli cli = Cli.run(agent, command, app.pid(), "--timeout=3");
                assertThat(cli.complaint().lines().filter(line -> line.startsWith("tcp-health: ")))
                        .as(cli.toString())
                        .hasSizeLessThanOrEqualTo(1);
            }
            assertThat(Files.getOwner(file).getName()).isEqualTo("root");
            assertThat(file).hasContent("root's");
            try (Stream<Path> files = Files.list(victim)) {
                assertThat(files).containsExactly(file);
            }
        } finally {
            Files.delete(file);
            Files.delete(victim);
        }
    }

    /** The process's /tmp is now a folder and now a link to one of the host's in which everybody may create files; it does not see that. */
    @Test
    void aLinkThatComesAndGoesInThePlaceOfTmp() throws Exception {
        Path victim = Files.createTempDirectory(Path.of("/run"), "tcp-health-hostile-");
        Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rwxrwxrwx"));
        String root = "mount -t tmpfs tmpfs /mnt && cd /mnt && mkdir tmp"
                + " && for d in usr lib lib64 bin etc proc dev var/tmp; do [ -d /$d ] && mkdir -p $d && mount --rbind /$d $d; done;"
                + " (while :; do mv tmp t; ln -s " + victim + " tmp; rm tmp; mv t tmp; done) & exec chroot . \"$@\"";
        List<String> own = List.of("unshare", "-Ur", "-m", "sh", "-c", root, "sh");
        try (Child app = start(AS_NOBODY, own, java(outside.toString(), ChildApp.class))) {
            app.awaitLine("ready");
            for (int i = 0; i < 3; i++) {
                Cli cli = Cli.run(agent, "attach", app.pid(), "--timeout=2");
                assertThat(cli.complaint().lines().filter(line -> line.startsWith("tcp-health: ")))
                        .as(cli.toString())
                        .hasSizeLessThanOrEqualTo(1);
                assertThat(victim).isEmptyDirectory();
            }
        } finally {
            Files.delete(victim);
        }
    }

    @Test
    void aJvmWithoutDescriptors() throws Exception {
        List<String> few = List.of("sh", "-c", "ulimit -n 60 && exec \"$@\"", "sh");
        List<String> java = new ArrayList<>(java(classPath, HostileApp.class));
        java.add(1, "-XX:-MaxFDLimit");
        java.add("descriptors");
        try (Child app = start(few, java)) {
            app.awaitLine("ready");
            assertThat(failure("report", app.pid(), "--timeout=60")).contains("60 of 60 descriptors used");
        }
    }

    private static Path planted(Path where, Child app) throws IOException {
        Path planted = Files.createFile(where.resolve(".attach_pid" + app.pid()));
        Files.setAttribute(planted, "unix:uid", STRANGER);
        return planted;
    }

    private static Path folderOfNobody(String name) throws IOException {
        Path made = Files.createDirectory(folder.resolve(name));
        Files.setAttribute(made, "unix:uid", 65534);
        return made;
    }

    private static Child hostile(String... args) throws IOException {
        List<String> command = new ArrayList<>(java(classPath, HostileApp.class));
        command.addAll(List.of(args));
        return start(AS_NOBODY, command).awaitLine("ready");
    }

    private static Child nobody(List<String> wrapped, Class<?> app) throws IOException {
        return start(AS_NOBODY, wrapped, java(classPath, app)).awaitLine("ready");
    }

    private static List<String> java(String classes, Class<?> app) {
        List<String> command =
                new ArrayList<>(List.of(Child.javaCommand(Jdk.newest().tool("java"), classes)));
        command.set(command.size() - 1, app.getName());
        return command;
    }

    @SafeVarargs
    private static Child start(List<String>... parts) throws IOException {
        List<String> command = new ArrayList<>();
        for (List<String> part : parts) {
            command.addAll(part);
        }
        return Child.start(Map.of(), command.toArray(String[]::new));
    }

    private static String refusal(String command, long pid) {
        return failure(command, pid);
    }

    private static String failure(Object... args) {
        Cli cli = Cli.run(agent, args);
        assertThat(cli.exit()).as(cli.toString()).isEqualTo(5);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.complaint()).hasLineCount(1).startsWith("tcp-health: ");
        return cli.complaint();
    }
}
