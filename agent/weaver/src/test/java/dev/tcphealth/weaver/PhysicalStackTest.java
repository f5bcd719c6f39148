package dev.tcphealth.weaver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stacks are told apart by what lies on them, on each JDK, by each compiler and under each garbage collector. */
class PhysicalStackTest {

    private static final Pattern RESULT = Pattern.compile("unknown (\\d+) first (\\d+) recognised (\\d+)");
    private static final int ENOUGH = 60_000;

    record Variant(Jdk jdk, String threads, List<String> options) {

        Variant(Jdk jdk, String threads, String... options) {
            this(jdk, threads, List.of(options));
        }

        @Override
        public String toString() {
            return jdk + " " + threads + " " + String.join(" ", options);
        }
    }

    static List<Variant> variants() {
        List<Variant> variants = new ArrayList<>();
        for (Jdk jdk : Jdk.all()) {
            variants.add(new Variant(jdk, "platform"));
            variants.add(new Variant(jdk, "platform", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
            variants.add(new Variant(jdk, "platform", "-XX:-TieredCompilation", "-XX:+UseZGC"));
            variants.add(new Variant(jdk, "platform", "-Xcomp", "-XX:-UseCompressedOops"));
            variants.add(new Variant(jdk, "platform", "-XX:ReservedCodeCacheSize=6m", "-XX:+UseCodeCacheFlushing"));
            if (jdk.feature() >= 25) {
                variants.add(new Variant(jdk, "virtual"));
                variants.add(new Variant(jdk, "virtual", "-XX:+UseSerialGC", "-Xmx32m"));
                variants.add(new Variant(jdk, "virtual", "-XX:-UseCompressedOops", "-XX:+UseParallelGC"));
                variants.add(new Variant(jdk, "virtual", "-XX:+UseCompactObjectHeaders", "-XX:+UseZGC"));
            }
        }
        return variants;
    }

    @ParameterizedTest
    @MethodSource("variants")
    void aKnownStackIsTheSameStack(Variant variant) throws IOException, InterruptedException {
        Matcher result = run(variant, 100 * ENOUGH);
        assertThat(Integer.parseInt(result.group(3)))
                .as("recognised: %s", result.group())
                .isGreaterThanOrEqualTo(ENOUGH);
    }

    /** What is found out by compiled code about the frame it has itself cannot be found out without. */
    @Test
    void theInterpreterKnowsNoStack() throws IOException, InterruptedException {
        for (Jdk jdk : Jdk.all()) {
            Matcher result = run(new Variant(jdk, "platform", "-Xint"), ENOUGH);
            assertThat(result.group()).endsWith("first 0 recognised 0");
        }
    }

    private static Matcher run(Variant variant, int most) throws IOException, InterruptedException {
        assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
        List<String> command = new ArrayList<>(List.of(variant.jdk.tool("java")));
        command.addAll(variant.options);
        command.addAll(List.of(
                "--patch-module",
                "java.base=../hook/target/classes",
                "--add-exports",
                "java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                PhysicalStackOracle.class.getName(),
                Integer.toString(ENOUGH),
                Integer.toString(most),
                variant.threads));
        try (ChildProcess child = ChildProcess.start(command)) {
            Matcher result = RESULT.matcher(child.line());
            assertThat(result.matches()).as("%s", result).isTrue();
            return result;
        }
    }
}
