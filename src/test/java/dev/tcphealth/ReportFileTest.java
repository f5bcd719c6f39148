package dev.tcphealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportFileTest {
    @TempDir
    Path folder;

    @Test
    void writesANewFile() {
        Path file = folder.resolve("x/../report äöü.txt");
        assertThat(ReportFile.write(file.toString(), "a report ä\n")).isEqualTo(folder.resolve("report äöü.txt"));
        assertThat(folder.resolve("report äöü.txt")).hasContent("a report ä\n");
    }

    @Test
    void onlyItsUserCanReadIt() throws Exception {
        Path file = folder.resolve("report");
        ReportFile.write(file.toString(), "a report");
        assertThat(Files.getPosixFilePermissions(file))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    void writesAllOfALongOne() {
        Path file = folder.resolve("report");
        String text = "a line of a report ä\n".repeat(10_000);
        ReportFile.write(file.toString(), text);
        assertThat(file).hasContent(text);
    }

    @Test
    void replacesNothing() throws Exception {
        Path file = Files.writeString(folder.resolve("precious"), "mine");
        refused(file.toString(), "it is there already");
        assertThat(file).hasContent("mine");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nothing"));
        refused(link.toString(), "it is there already");
        assertThat(folder.resolve("nothing")).doesNotExist();
        refused(folder.toString(), "is a folder");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "report.txt", "./x", "../x", "~/x", "\0"})
    void takesAbsolutePathsOnly(String path) {
        refused(path, "path");
    }

    @Test
    void saysWhereItCannotWrite() {
        refused(folder.resolve("no/such/folder").toString(), "there is no folder " + folder.resolve("no/such"));
        refused("/proc/self/report", "cannot write /proc/self/report: ");
        refused("/dev/full", "it is there already");
        refused(folder.resolve("x".repeat(300)).toString(), "File name too long");
    }

    private static void refused(String path, String why) {
        assertThatThrownBy(() -> ReportFile.write(path, "a report"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("Exception");
    }
}
