package dev.tcphealth.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * The agent's jar for a JVM that sees other files than we do, as in a container: the same file at the same path, or else
 * a copy in its /tmp. A copy stays there. The JVM has its path on the class path for good, and a name that is free again
 * could be taken by another user.
 */
final class CopiedJar {
    private static final int NAME_DIGITS = 16;

    private final JvmProcess jvm;
    private final Path jar;

    /** @param jar where we can read it */
    CopiedJar(JvmProcess jvm, Path jar) {
        this.jvm = jvm;
        this.jar = jar;
    }

    /** Whether the JVM finds it at that very path. */
    boolean isAt(Path path) {
        try (TargetFolder root = JvmFiles.root(jvm)) {
            return isAt(root, path);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isAt(TargetFolder folder, Path path) throws IOException {
        if (path.getNameCount() == 1) {
            String name = path.getFileName().toString();
            Optional<PosixFileAttributes> file = folder.attributes(name);
            return file.isPresent()
                    && (file.get().owner().equals(TargetFolder.user(jvm.uid()))
                            || file.get().owner().equals(TargetFolder.user(0)))
                    && same(folder, name, file.get());
        }
        try (TargetFolder next = folder.folder(path.getName(0).toString())) {
            return isAt(next, path.subpath(1, path.getNameCount()));
        }
    }

    /** Gives the copy's path as the JVM sees it. */
    String make() throws IOException {
        String name = ".tcp-health-" + digest() + ".jar";
        try (TargetFolder temporary = JvmFiles.temporary(jvm)) {
            if (!temporary.keepsEntries()) {
                throw new IOException("its /tmp lets every user replace the files of others");
            }
            Optional<PosixFileAttributes> there = temporary.attributes(name);
            if (there.isPresent()) {
                if (!there.get().owner().equals(TargetFolder.user(jvm.uid()))) {
                    throw new IOException("/tmp/" + name + " there belongs to another user");
                }
                if (same(temporary, name, there.get())) {
                    return "/tmp/" + name;
                }
                // Of a command that was killed while it wrote.
                temporary.delete(name, Objects.requireNonNull(there.get().fileKey()));
            }
            write(temporary, name);
        }
        return "/tmp/" + name;
    }

    private void write(TargetFolder temporary, String name) throws IOException {
        try (OutputStream out = Channels.newOutputStream(temporary.create(name))) {
            Files.copy(jar, out);
        } catch (IOException e) {
            Optional<PosixFileAttributes> part = temporary.attributes(name);
            if (part.isPresent() && part.get().owner().equals(TargetFolder.user(jvm.uid()))) {
                temporary.delete(name, Objects.requireNonNull(part.get().fileKey()));
            }
            throw e;
        }
    }

    private boolean same(TargetFolder folder, String name, PosixFileAttributes file) throws IOException {
        if (!file.isRegularFile() || file.size() != Files.size(jar)) {
            return false;
        }
        try (SeekableByteChannel channel = folder.read(name);
                InputStream theirs = Channels.newInputStream(channel);
                InputStream ours = Files.newInputStream(jar)) {
            byte[] one = ours.readNBytes(1 << 16);
            while (one.length > 0) {
                if (!Arrays.equals(one, theirs.readNBytes(one.length))) {
                    return false;
                }
                one = ours.readNBytes(1 << 16);
            }
            return true;
        }
    }

    private String digest() throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(jar), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest()).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
