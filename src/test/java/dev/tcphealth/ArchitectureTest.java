package dev.tcphealth;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import dev.tcphealth.connection.Connection;
import dev.tcphealth.health.Retransmission;
import dev.tcphealth.kernel.HostReader;
import dev.tcphealth.kernel.SocketRow;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows of design.md and the habits of the house. What a package's package-info.java allows is what stands here. */
class ArchitectureTest {

    private static final String ROOT = "dev.tcphealth";

    private static final JavaClasses MAIN = besides(TcpHealth.class);
    private static final JavaClasses TESTS = besides(ArchitectureTest.class);

    /** Of the agent's own packages; the root composes and may use all but cli. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "address,",
        "text,",
        "concurrent,",
        "hotspot, concurrent",
        "config, address",
        "kernel, address concurrent config",
        "connection, address concurrent config",
        "correlate, address concurrent config kernel connection",
        "health, address text config kernel correlate",
        "report, text config kernel correlate health",
        "mbean, config kernel correlate health report",
        "cli, text config kernel health",
        "'', address text config hotspot kernel connection correlate health report mbean",
    })
    void usesOnlyThePackagesItMay(String name, String others) {
        List<String> allowed = new ArrayList<>(List.of(packageOf(name)));
        for (String other : others == null ? new String[0] : others.split(" ", -1)) {
            allowed.add(packageOf(other));
        }
        holds(classes()
                .that()
                .resideInAPackage(packageOf(name))
                .should()
                .onlyDependOnClassesThat(
                        not(resideInAPackage(ROOT + "..")).or(resideInAnyPackage(allowed.toArray(String[]::new)))));
    }

    /** Beside the JDK and JSpecify's annotations, which are not there at run time. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "address,",
        "text,",
        "concurrent,",
        "hotspot,",
        "config,",
        "kernel, com.sun.jna",
        "connection,",
        "correlate,",
        "health,",
        "report,",
        "mbean, org.weakref.jmx",
        "cli, picocli net.bytebuddy.agent",
        "'',",
    })
    void usesOnlyTheLibrariesItMay(String name, String libraries) {
        List<String> allowed = new ArrayList<>(List.of(ROOT + "..", "java..", "javax..", "org.jspecify.annotations"));
        for (String library : libraries == null ? new String[0] : libraries.split(" ", -1)) {
            allowed.add(library + "..");
        }
        holds(classes()
                .that()
                .resideInAPackage(packageOf(name))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(allowed.toArray(String[]::new)).or(arrays())));
    }

    @Test
    void everyPackageIsUnderTheseRules() {
        assertThat(MAIN.stream().map(JavaClass::getPackageName).distinct())
                .containsExactlyInAnyOrder(Stream.of(
                                "",
                                "address",
                                "text",
                                "concurrent",
                                "hotspot",
                                "config",
                                "kernel",
                                "connection",
                                "correlate",
                                "health",
                                "report",
                                "mbean",
                                "cli")
                        .map(ArchitectureTest::packageOf)
                        .toArray(String[]::new));
    }

    /** What shows and judges reads Snapshots and never the kernel. */
    @Test
    void whoShowsSeesValuesOnly() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(packageOf("health"), packageOf("report"), packageOf("mbean"))
                .should()
                .dependOnClassesThat(resideInAPackage(packageOf("kernel"))
                        .and(not(JavaClass.Predicates.assignableTo(Record.class)))
                        .and(not(JavaClass.Predicates.assignableTo(Enum.class)))));
    }

    /** The command line has no agent to ask of the host; of sockets it knows nothing. */
    @Test
    void theCommandLineReadsTheHostOnly() {
        holds(noClasses()
                .that()
                .resideInAPackage(packageOf("cli"))
                .should()
                .dependOnClassesThat(resideInAPackage(packageOf("kernel"))
                        .and(not(equivalentTo(HostReader.class)))
                        .and(not(JavaClass.Predicates.assignableTo(Record.class)))));
        holds(noClasses()
                .that()
                .resideInAPackage(packageOf("cli"))
                .should()
                .dependOnClassesThat(
                        resideInAPackage(packageOf("health")).and(not(equivalentTo(Retransmission.class)))));
    }

    @Test
    void onlyTheMBeansKnowJmxAndTheRootTheServer() {
        holds(noClasses()
                .that(not(resideInAPackage(packageOf("mbean"))))
                .should()
                .dependOnClassesThat(resideInAPackage("javax.management..").and(not(equivalentTo(MBeanServer.class)))));
        holds(noClasses()
                .that(not(resideInAnyPackage(packageOf("mbean"), ROOT)))
                .should()
                .dependOnClassesThat(equivalentTo(MBeanServer.class)));
    }

    @Test
    void onlyTheCommandLineAndTheRootPrint() {
        // The command line has its streams from outside, and prints to what it makes of them: nothing gets past that.
        holds(noClasses().that(not(resideInAnyPackage(ROOT))).should(GeneralCodingRules.ACCESS_STANDARD_STREAMS));
        holds(noClasses()
                .that(not(resideInAnyPackage(packageOf("cli"), ROOT)))
                .should()
                .dependOnClassesThat(equivalentTo(PrintStream.class)));
    }

    @Test
    void nobodyEndsTheApplicationOrLogsWithIt() {
        holds(noClasses().should().callMethod(System.class, "exit", int.class));
        holds(noClasses().should().callMethod(Runtime.class, "exit", int.class));
        holds(noClasses().should().callMethod(Runtime.class, "halt", int.class));
        holds(GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
        holds(noClasses().should().dependOnClassesThat(resideInAPackage("java.lang.System$Logger")));
    }

    /** It runs on the application's threads. ArchUnit does not see synchronized blocks, so the source is read. */
    @Test
    void connectionsAreFollowedWithoutALock() throws IOException {
        holds(noClasses()
                .that()
                .resideInAPackage(packageOf("connection"))
                .should()
                .dependOnClassesThat(resideInAPackage("java.util.concurrent.locks..")));
        holds(noClasses()
                .that()
                .resideInAPackage(packageOf("connection"))
                .should()
                .dependOnClassesThat(equivalentTo(ThreadLocal.class)));
        List<String> locked = new ArrayList<>();
        try (Stream<Path> sources = Files.list(Path.of("main/java/dev/tcphealth/connection"))) {
            for (Path source : sources.toList()) {
                Files.readAllLines(source).stream()
                        .filter(line -> line.matches("[^*]*\\bsynchronized\\b.*"))
                        .forEach(line -> locked.add(source.getFileName() + ":" + line.strip()));
            }
        }
        assertThat(locked).isEmpty();
    }

    @Test
    void classesAreFinalUnlessSomebodyExtendsThem() {
        holds(classes().that(not(INTERFACES).and(notAbstract())).should().haveModifier(FINAL));
    }

    /** But for the two that must make no garbage, where a field says who writes it. */
    @Test
    void fieldsThatOthersSeeAreFinal() {
        holds(fields().that()
                .areNotPrivate()
                .and()
                .areDeclaredInClassesThat(not(equivalentTo(SocketRow.class)).and(not(equivalentTo(Connection.class))))
                .should()
                .beFinal());
    }

    @Test
    void testsWaitForWhatTheyWaitFor() {
        String tests = "a fixed time is too long on one machine and too short on the other";
        holds(noClasses().should().callMethod(Thread.class, "sleep", long.class).because(tests), TESTS);
        holds(
                noClasses()
                        .should()
                        .callMethod(Thread.class, "sleep", long.class, int.class)
                        .because(tests),
                TESTS);
        holds(
                noClasses()
                        .should()
                        .callMethod(Thread.class, "sleep", java.time.Duration.class)
                        .because(tests),
                TESTS);
        holds(
                noClasses()
                        .should()
                        .callMethod(TimeUnit.class, "sleep", long.class)
                        .because(tests),
                TESTS);
    }

    @Test
    void theseRulesSeeClasses() {
        assertThat(MAIN.size()).isGreaterThan(100);
        assertThat(TESTS.contain(ArchitectureTest.class)).isTrue();
        assertThat(MAIN.contain(ArchitectureTest.class)).isFalse();
    }

    /** The classes that were compiled together with this one. */
    private static JavaClasses besides(Class<?> one) {
        try {
            return new ClassFileImporter()
                    .importPath(Path.of(one.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DescribedPredicate<JavaClass> notAbstract() {
        return DescribedPredicate.describe(
                "concrete",
                type -> !type.getModifiers().contains(ABSTRACT)
                        && !type.isEnum()
                        && !type.getModifiers().contains(JavaModifier.SYNTHETIC)
                        && !type.isAnonymousClass()
                        && !(type.isNestedClass()
                                && type.getEnclosingClass()
                                        .filter(JavaClass::isEnum)
                                        .isPresent()));
    }

    /** ArchUnit puts them into no package. What they are made of is a dependency of its own. */
    private static DescribedPredicate<JavaClass> arrays() {
        return DescribedPredicate.describe("arrays", JavaClass::isArray);
    }

    private static String packageOf(String name) {
        return name.isEmpty() ? ROOT : ROOT + "." + name;
    }

    private static void holds(ArchRule rule) {
        holds(rule, MAIN);
    }

    private static void holds(ArchRule rule, JavaClasses of) {
        rule.allowEmptyShould(false).check(of);
    }
}
