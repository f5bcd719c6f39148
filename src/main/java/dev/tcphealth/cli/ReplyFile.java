package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The file the agent writes its reply into: in the JVM's /tmp, its user's alone, deleted on close. */
final class ReplyFile implements Closeable {
    private final Path file;

    private ReplyFile(Path file) {
        this.file = file;
    }

    /**
     * @param temporary the JVM's /tmp, as a path here
     * @param owner the JVM's effective user; only root can give a file to another
     */
    static ReplyFile create(Path temporary, long owner) throws IOException {
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        Path file = temporary.resolve(".tcp-health-" + HexFormat.of().formatHex(random));
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        ReplyFile reply = new ReplyFile(file);
        file.toFile().deleteOnExit(); // for Ctrl-C while waiting
        try {
            Number created = (Number) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (created.longValue() != owner) {
                // Never through a link: the JVM's user could put one there, to be given a file of root's.
                Files.setAttribute(file, "unix:uid", (int) owner, LinkOption.NOFOLLOW_LINKS);
            }
            return reply;
        } catch (IOException e) {
            reply.close();
            throw e;
        }
    }

    /** The path to the file as the JVM sees it. */
    String pathInJvm() {
        return "/tmp/" + file.getFileName();
    }

    String read() throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
