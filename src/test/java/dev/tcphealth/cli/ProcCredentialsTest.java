package dev.tcphealth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcCredentialsTest {
    @TempDir
    private Path folder = Path.of("");

    /** prctl(PR_SET_NAME) takes any byte. */
    @Test
    void aNameThatLooksLikeFields() throws IOException {
        Files.writeString(
                folder.resolve("stat"),
                "7 (a) S 1 2 3 (b) R 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 4711 100 200 18446744073709551615\n");
        assertThat(ProcCredentials.startTicks(folder)).isEqualTo(4711);
    }

    @Test
    void aStatThatIsNone() throws IOException {
        Files.writeString(folder.resolve("stat"), "7 (a) S 1");
        assertThatThrownBy(() -> ProcCredentials.startTicks(folder)).isInstanceOf(IOException.class);
    }

    @Test
    void sharesFilesWithItself() throws IOException {
        ProcCredentials self = ProcCredentials.read(Path.of("/proc/self"));
        assertThat(self.sharesFilesWith(ProcCredentials.read(Path.of("/proc/self"))))
                .isTrue();
        assertThat(self.startTicks()).isPositive();
    }

    @Test
    void aProcessThatIsNotThere() {
        assertThatThrownBy(() -> ProcCredentials.read(folder)).isInstanceOf(IOException.class);
    }
}
