package dev.tcphealth.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The folders in which a JVM and those who attach to it meet. Whoever opens one closes it. */
final class JvmFiles {
    private static final Path SELF = Path.of("/proc/self");
    private static final String TEMPORARY = "tmp";

    private JvmFiles() {}

    /** The JVM's /tmp, wherever java.io.tmpdir is: HotSpot takes no other. */
    static TargetFolder temporary(JvmProcess jvm) throws IOException {
        if (sharesOurs(jvm)) {
            return TargetFolder.open(Path.of("/tmp").toRealPath());
        }
        try (TargetFolder root = root(jvm)) {
            return root.folder(TEMPORARY);
        } catch (NoSuchFileException e) {
            throw new NoListener("has no /tmp", e);
        }
    }

    /** The folder it works in: HotSpot looks there, too, and first. */
    static TargetFolder working(JvmProcess jvm) throws IOException {
        return TargetFolder.open(jvm.proc().folder().resolve("cwd"));
    }

    static TargetFolder root(JvmProcess jvm) throws IOException {
        return TargetFolder.open(jvm.proc().folder().resolve("root"));
    }

    /** Whether a path means the same file to it and to us. */
    static boolean sharesOurs(JvmProcess jvm) throws IOException {
        return ProcCredentials.read(jvm.proc().folder()).sharesFilesWith(ProcCredentials.read(SELF));
    }

    /** Whether it failed because nothing can be written to that file system. */
    static boolean readOnly(IOException failure) {
        return failure instanceof FileSystemException inFile
                && inFile.getReason() != null
                && inFile.getReason().contains("Read-only file system");
    }

    /** The JVM can have no socket to listen for attach at: its /tmp takes none. */
    static final class NoListener extends IOException {
        private final String why;

        /** @param why what is wrong, with the JVM as its subject */
        NoListener(String why, IOException cause) {
            super(why, cause);
            this.why = why;
        }

        String why() {
            return why;
        }
    }
}
