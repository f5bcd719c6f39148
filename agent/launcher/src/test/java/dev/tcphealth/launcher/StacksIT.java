package dev.tcphealth.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.testing.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.io.TempDir;

/**
 * No opening is ever counted for a stack that it did not have, while code is unloaded, freed and replaced, so that the
 * addresses on old stacks mean something else. {@code scripts/stress} does this for long, and with each collector.
 */
class StacksIT {

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    @TempDir
    Path folder;

    @OnEveryJdk
    void whileLoadersAreDropped(Jdk jdk) throws Exception {
        assertExact(run(jdk, "stacks=matched", "rounds=150", "loaders,loaders,gc", "-XX:+UseSerialGC"));
    }

    @OnEveryJdk
    void whileLoadersAreDroppedConcurrently(Jdk jdk) throws Exception {
        assertExact(run(jdk, "stacks=matched", "rounds=150", "loaders,loaders,gc", "-XX:+UseZGC"));
    }

    /** With so few openings, and an interval this long, nothing but the match itself could see that it is wrong. */
    @OnEveryJdk
    void whileLoadersAreDroppedRarely(Jdk jdk) throws Exception {
        assertExact(run(jdk, "stacks=matched", "rounds=150", "maze,rare", "-XX:+UseParallelGC"));
    }

    @OnEveryJdk
    void whileAClassIsRedefined(Jdk jdk) throws Exception {
        assertExact(run(jdk, "stacks=matched", "rounds=150", "redefine,gc", "-XX:+UseSerialGC"));
    }

    @OnEveryJdk
    void whileVirtualThreadsYield(Jdk jdk) throws Exception {
        String virtual = jdk.feature() >= FIRST_WITH_VIRTUAL_THREADS ? ",virtual" : "";
        assertExact(run(jdk, "stacks=matched", "rounds=150", "maze,newthreads,gc" + virtual, "-XX:+UseG1GC"));
    }

    @OnEveryJdk
    void matchingCanBeTurnedOff(Jdk jdk) throws Exception {
        Child.Finished app = run(jdk, "stacks=captured", "rounds=10", "maze,loaders", "-XX:+UseSerialGC");
        assertThat(app.exit()).as("%s", app).isZero();
        assertThat(result(app)).contains("stacks captured: the option stacks=captured was given");
    }

    private Child.Finished run(Jdk jdk, String option, String amount, String what, String collector) throws Exception {
        List<String> command = new ArrayList<>(Child.command(
                jdk,
                StacksApp.class,
                "-javaagent:" + jar(),
                "-javaagent:" + Child.AGENT + "=interval=1h,max-overhead=0,code-paths=100000," + option,
                collector));
        command.addAll(List.of(amount, what));
        return Child.run(command);
    }

    private static void assertExact(Child.Finished app) {
        assertThat(app.exit()).as("%s", app).isZero();
        assertThat(result(app))
                .contains(", wrongly credited 0, errors 0, dropped 0, ")
                .endsWith("stacks matched by their physical frames");
    }

    private static String result(Child.Finished app) {
        return app.output().get(app.output().size() - 1);
    }

    /** A jar that makes the program an agent, which may redefine classes; they are on the class path. */
    private Path jar() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", StacksApp.class.getName());
        attributes.putValue("Can-Redefine-Classes", "true");
        Path jar = folder.resolve("stacks-app.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }
}
