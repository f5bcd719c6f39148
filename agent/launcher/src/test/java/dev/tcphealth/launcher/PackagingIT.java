package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the shipped jar holds, and where. */
class PackagingIT {

    /** It was 6 MB with Byte Buddy and all of the libraries that is named anywhere; JNA's two natives are 0.3 MB of it. */
    private static final long MAX_BYTES = 2_600_000;

    private static final String LAUNCHER = "dev/tcphealth/launcher/";
    private static final String PACKAGES = "inst/packages";
    private static final String HOOK = "inst/hook/TcpHealthHook.bin";
    private static final Set<String> IN_JAVA_BASE = Set.of(
            HOOK,
            "inst/hook/TcpHealthMemory.bin",
            "inst/hook/TcpHealthNative.bin",
            "inst/hook/TcpHealthLoader.bin",
            "inst/hook/TcpHealthDoor.bin",
            "inst/hook/EventObject.bin");
    private static final Set<String> NATIVES = Set.of(
            "inst/com/sun/jna/linux-aarch64/libjnidispatch.so", "inst/com/sun/jna/linux-x86-64/libjnidispatch.so");

    private static final int JAVA_8 = 52;
    private static final int JAVA_17 = 61;

    /** A package of zone 3, by its folder. */
    private static final Pattern ZONE_3 = Pattern.compile("inst/(dev/tcphealth"
            + "(/(address|cli|concurrent|config|connection|correlate|health|hotspot|kernel|mbean|report|text|weaver))?"
            + "|com/sun/jna(/(internal|ptr|win32|linux-aarch64|linux-x86-64))?"
            + "|net/bytebuddy/agent(/[a-z]+)*"
            + "|org/objectweb/asm"
            + "|org/weakref/jmx(/\\$internal/guava/(annotations|base|collect|primitives))?"
            + "|picocli)/");

    private static final Map<String, byte[]> FILES = new TreeMap<>();
    private static Manifest manifest = new Manifest();

    @BeforeAll
    static void read() throws IOException {
        try (JarFile jar = new JarFile(Child.AGENT.toFile())) {
            manifest = jar.getManifest();
            for (JarEntry entry : jar.stream().toList()) {
                if (!entry.isDirectory()) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        FILES.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
        }
    }

    @Test
    void atItsRootOnlyTheLauncherIsAClass() {
        assertThat(FILES.keySet())
                .filteredOn(name -> name.endsWith(".class"))
                .isNotEmpty()
                .allMatch(name -> name.startsWith(LAUNCHER) && name.indexOf('/', LAUNCHER.length()) < 0)
                .hasSizeLessThan(12);
        assertThat(FILES.keySet())
                .filteredOn(name -> !name.startsWith("inst/") && !name.startsWith(LAUNCHER))
                .containsExactlyInAnyOrder(
                        "META-INF/MANIFEST.MF",
                        "META-INF/LICENSE",
                        "META-INF/licenses/ASM",
                        "META-INF/licenses/Byte-Buddy-NOTICE");
        assertThat(FILES.keySet())
                .filteredOn(name -> name.startsWith(LAUNCHER))
                .allMatch(name -> name.endsWith(".class"));
    }

    @Test
    void underThePrefixOnlyKnownPackagesStand() {
        Set<String> folders = new TreeSet<>();
        Set<String> noClasses = new TreeSet<>();
        FILES.keySet().stream().filter(name -> name.startsWith("inst/")).forEach(name -> {
            folders.add(name.substring(0, name.lastIndexOf('/') + 1));
            if (!name.endsWith(".classdata")) {
                noClasses.add(name);
            }
        });
        folders.remove("inst/hook/");
        folders.remove("inst/");
        assertThat(folders)
                .contains("inst/org/objectweb/asm/")
                .allMatch(folder -> ZONE_3.matcher(folder).matches());
        assertThat(noClasses)
                .containsAll(NATIVES)
                .filteredOn(name -> !NATIVES.contains(name) && !IN_JAVA_BASE.contains(name))
                .containsExactlyInAnyOrder(PACKAGES, "inst/dev/tcphealth/config/version.txt");
        assertThat(noClasses).containsAll(IN_JAVA_BASE);
    }

    /** What is missing there is not of the agent's module, and cannot be used. */
    @Test
    void allPackagesAreNamed() {
        assertThat(new String(Objects.requireNonNull(FILES.get(PACKAGES)), StandardCharsets.UTF_8).lines())
                .containsAll(FILES.keySet().stream()
                        .filter(name -> name.endsWith(".classdata"))
                        .map(name -> name.substring("inst/".length(), name.lastIndexOf('/'))
                                .replace('/', '.'))
                        .collect(Collectors.toSet()));
    }

    @Test
    void leftoversAreNotShipped() {
        assertThat(FILES.keySet())
                .noneMatch(name -> name.contains("module-info") || name.contains("package-info"))
                .noneMatch(name -> name.matches(".*\\.(so|dll|dylib|jnilib|pom|xml|properties|txt|java)")
                        && !name.endsWith("/version.txt")
                        && !NATIVES.contains(name))
                .noneMatch(name ->
                        name.contains("META-INF/services") || (name.startsWith("inst/") && name.contains("LICENSE")))
                .noneMatch(name -> name.contains("dev/tcphealth/testing") || name.endsWith("Test.classdata"));
    }

    @Test
    void everyClassIsForJava17AndTheMainOneForJava8() {
        FILES.forEach((name, content) -> {
            if (name.equals(LAUNCHER + "Main.class")) {
                assertThat(version(content)).as(name).isEqualTo(JAVA_8);
            } else if (IN_JAVA_BASE.contains(name)) {
                assertThat(version(content)).as(name).isEqualTo(JAVA_17);
            } else if (name.endsWith(".class") || name.endsWith(".classdata")) {
                assertThat(version(content)).as(name).isBetween(49, JAVA_17);
            }
        });
        assertThat(FILES).containsKeys(LAUNCHER + "Main.class", HOOK);
    }

    private static int version(byte[] classFile) {
        ByteBuffer bytes = ByteBuffer.wrap(classFile);
        assertThat(bytes.getInt()).isEqualTo(0xCAFEBABE);
        bytes.getShort();
        return bytes.getShort();
    }

    @Test
    void itIsSmall() throws IOException {
        assertThat(Files.size(Child.AGENT)).isLessThan(MAX_BYTES);
    }

    @Test
    void theManifestNamesTheEntryPoints() {
        String main = "dev.tcphealth.launcher.Main";
        for (String attribute : List.of("Main-Class", "Premain-Class", "Agent-Class")) {
            assertThat(manifest.getMainAttributes().getValue(attribute))
                    .as(attribute)
                    .isEqualTo(main);
        }
        assertThat(manifest.getMainAttributes().getValue("Can-Retransform-Classes"))
                .isEqualTo("true");
        assertThat(manifest.getMainAttributes().getValue("Implementation-Version"))
                .matches("\\d+\\.\\d+\\.\\d+");
        // This one turns the sharing of class data off for the application.
        assertThat(manifest.getMainAttributes().getValue("Boot-Class-Path")).isNull();
    }

    /** The launcher waits for the weaver where one of these is loaded: it has its own list, so as not to load the other. */
    @Test
    void theLauncherWaitsForTheClassesThatAreWoven() throws Exception {
        try (URLClassLoader zone2 =
                new URLClassLoader(new URL[] {Child.AGENT.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            Field targets =
                    zone2.loadClass("dev.tcphealth.launcher.LateTransformer").getDeclaredField("TARGETS");
            targets.setAccessible(true);
            Constructor<?> loader =
                    zone2.loadClass("dev.tcphealth.launcher.IsolatingLoader").getDeclaredConstructor(Path.class);
            loader.setAccessible(true);
            ClassLoader zone3 = (ClassLoader) loader.newInstance(Child.AGENT);
            Method names = zone3.loadClass("dev.tcphealth.weaver.Weaver").getDeclaredMethod("classNames");
            names.setAccessible(true);
            Set<String> woven = new TreeSet<>();
            for (Object name : (Collection<?>) names.invoke(null)) {
                woven.add(name.toString().replace('.', '/'));
            }
            assertThat(woven).contains("sun/nio/ch/Net").isEqualTo(new TreeSet<>((Collection<?>) targets.get(null)));
            ((AutoCloseable) zone3).close();
        }
    }
}
