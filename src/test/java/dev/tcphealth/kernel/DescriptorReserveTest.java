package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tcphealth.testing.ChildProcess;
import dev.tcphealth.testing.Jdk;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorReserveTest {

    @Test
    void whatCannotBeOpenedForAnotherReasonLeavesItAsItIs() {
        try (DescriptorReserve reserve = new DescriptorReserve(2)) {
            assertThatThrownBy(() -> reserve.open(() -> ProcFile.open(Path.of("/no/such/file"))))
                    .isInstanceOf(NoSuchFileException.class);
            assertThat(reserve.call(() -> -NativeSockets.EPERM)).isEqualTo(-NativeSockets.EPERM);
            assertThat(reserve.size()).isEqualTo(2);
        }
    }

    @Test
    void aCallThatFindsNoneLeftGetsOne() {
        int[] calls = {0};
        try (DescriptorReserve reserve = new DescriptorReserve(1)) {
            assertThat(reserve.call(() -> calls[0]++ == 0 ? -NativeSockets.EMFILE : 7))
                    .isEqualTo(7);
            assertThat(reserve.size()).isZero();
            assertThat(reserve.call(() -> 8)).isEqualTo(8);
            assertThat(reserve.size()).isEqualTo(1);
        }
    }

    @Test
    void closedItHoldsNone() throws IOException {
        DescriptorReserve reserve = new DescriptorReserve(2);
        reserve.close();
        assertThat(reserve.size()).isZero();
        reserve.open(() -> ProcFile.open(Path.of("/dev/null"))).close();
        assertThat(reserve.size()).isZero();
    }

    @Test
    void aProcessWithoutADescriptorLeftIsStillRead() throws Exception {
        String java = Jdk.all().get(0).tool("java");
        String classPath = System.getProperty("java.class.path");
        String run = "ulimit -Sn 100; exec " + java + " -XX:-MaxFDLimit -cp '" + classPath + "' '"
                + Exhausted.class.getName() + "'";
        try (ChildProcess child = ChildProcess.start(List.of("/bin/sh", "-c", run))) {
            assertThat(child.line()).isEqualTo("100 without, false; with, true true true");
        }
    }

    /** Uses all descriptors up. */
    static final class Exhausted {

        private Exhausted() {}

        public static void main(String[] args) throws Exception {
            try (DescriptorReserve reserve = new DescriptorReserve(2)) {
                boolean classes = readable(reserve); // which are loaded now, as that takes descriptors
                readable(DescriptorReserve.none());
                new SocketFds(reserve).count();
                List<FileInputStream> all = new ArrayList<>();
                try {
                    while (classes) {
                        all.add(new FileInputStream("/dev/null"));
                    }
                } catch (IOException e) {
                    // there is none left
                }
                long count = new SocketFds().count();
                boolean without = readable(DescriptorReserve.none());
                boolean first = readable(reserve);
                boolean again = readable(reserve);
                boolean listed = new SocketFds(reserve).descriptors().length > 90;
                all.forEach(Exhausted::close);
                System.out.println(count + " without, " + without + "; with, " + first + " " + again + " " + listed);
            }
        }

        private static void close(FileInputStream in) {
            try {
                in.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static boolean readable(DescriptorReserve reserve) {
            try {
                return !new ProcFile(reserve).read(Path.of("/proc/self/limits")).isEmpty();
            } catch (IOException e) {
                return false;
            }
        }
    }
}
