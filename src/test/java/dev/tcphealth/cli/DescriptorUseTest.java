package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The count is read after the JVM has failed to answer, and changes meanwhile. */
class DescriptorUseTest {
    private static final Deadline DEADLINE = Deadline.in(Duration.ofSeconds(30));

    @TempDir
    private Path proc = Path.of("");

    @Test
    void aFewLeftMayHaveBeenNone() {
        assertThat(new DescriptorUse(396, 400).nearlyExhausted()).isTrue();
        assertThat(new DescriptorUse(395, 400).nearlyExhausted()).isFalse();
        assertThat(new DescriptorUse(396, 400).exhausted()).isFalse();
        assertThat(new DescriptorUse(400, 400).exhausted()).isTrue();
        assertThat(new DescriptorUse(400, Long.MAX_VALUE).nearlyExhausted()).isFalse();
    }

    @Test
    void theyExplainWhyThereIsNoUsefulAnswer() throws IOException {
        JvmProcess jvm = jvm(398, 400);
        for (IOException silence : List.of(new AttachTimeout(), new NoAnswer("none"))) {
            assertThat(AttachFailures.of(jvm, DEADLINE, silence).line()).contains("398 of 400 descriptors used");
        }
        assertThat(AttachFailures.noReply(jvm).line()).contains("398 of 400 descriptors used");
        assertThat(AttachFailures.notLoaded(jvm, "a.jar", "return code: 100").line())
                .contains("398 of 400 descriptors used");
    }

    @Test
    void theyExplainNothingElse() throws IOException {
        IOException other = new IOException("/tmp/.java_pid7 is not a socket: remove it");
        assertThat(AttachFailures.of(jvm(400, 400), DEADLINE, other).line())
                .endsWith("cannot be attached to: /tmp/.java_pid7 is not a socket: remove it.");
        assertThat(AttachFailures.of(jvm(395, 400), DEADLINE, new AttachTimeout())
                        .line())
                .contains("did not answer within 30 s");
    }

    private JvmProcess jvm(int used, int limit) throws IOException {
        Path folder = proc.resolve("7");
        Files.createDirectories(folder.resolve("fd"));
        Files.writeString(folder.resolve("status"), "State:\tS (sleeping)\nUid:\t0\t0\t0\t0\n");
        Files.writeString(folder.resolve("limits"), "Max open files            " + limit + "       4096    files\n");
        for (int i = 0; i < used; i++) {
            Path descriptor = folder.resolve("fd/" + i);
            if (!Files.exists(descriptor)) {
                Files.createFile(descriptor);
            }
        }
        for (int i = used; i < limit; i++) {
            Files.deleteIfExists(folder.resolve("fd/" + i));
        }
        return new JvmProcess(
                new ProcPid(proc, 7), 7, 0, "root", new JavaCommand("x", List.of()), JdkVersion.UNKNOWN, false, false);
    }
}
