package dev.tcphealth.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file that makes a JVM take SIGQUIT for the wish to attach. HotSpot looks in the folder it works in, and only where
 * nothing has the name there in /tmp; the file must belong to its user or to root, or it prints its threads instead
 * (AttachListener::is_init_trigger). The file is removed on close, if it was made here.
 */
final class AttachTrigger implements Closeable {
    private final @Nullable TargetFolder folder;
    private final String name;
    private final @Nullable Object made;
    private final Thread removal = new Thread(this::removeQuietly, "tcp-health removing");

    private AttachTrigger(@Nullable TargetFolder folder, String name, @Nullable Object made) {
        this.folder = folder;
        this.name = name;
        this.made = made;
        if (made != null) {
            Runtime.getRuntime().addShutdownHook(removal); // for Ctrl-C while waiting
        }
    }

    /**
     * Made in /tmp rather than where the JDK's tools make it: the working folder may be on NFS and is the application's.
     *
     * @throws IOException where no file can be made that HotSpot would accept: then SIGQUIT must not be sent
     */
    static AttachTrigger create(JvmProcess jvm, TargetFolder temporary) throws IOException {
        String name = ".attach_pid" + jvm.namespacePid();
        UserPrincipal user = TargetFolder.user(jvm.uid());
        Optional<AttachTrigger> others = othersInWorking(jvm, name, user);
        if (others.isPresent()) {
            return others.get();
        }
        Optional<AttachTrigger> trigger = inTemporary(temporary, name, user);
        if (trigger.isPresent()) {
            return trigger.get();
        }
        try {
            return make(JvmFiles.working(jvm), name, user);
        } catch (IOException e) {
            IOException foreign = foreign(temporary.path(name));
            foreign.addSuppressed(e);
            throw foreign;
        }
    }

    /** Where it exists already, HotSpot looks nowhere else. It takes any kind, and a link for what it leads to. */
    private static Optional<AttachTrigger> othersInWorking(JvmProcess jvm, String name, UserPrincipal user)
            throws IOException {
        try (TargetFolder working = JvmFiles.working(jvm)) {
            Optional<PosixFileAttributes> there = working.attributes(name);
            if (there.isEmpty()) {
                return Optional.empty();
            }
            if (there.get().isSymbolicLink() && JvmFiles.sharesOurs(jvm)) {
                there = atEndOfLink(working.path(name));
                if (there.isEmpty()) {
                    return Optional.empty();
                }
            }
            if (!ofUserOrRoot(there.get(), user) || there.get().isSymbolicLink()) {
                throw new IOException(
                        working.path(name) + " is not a file of the JVM's user or of root. The JVM looks"
                                + " there before it looks in /tmp, and would print its threads instead of listening: remove it");
            }
            return Optional.of(new AttachTrigger(null, name, null)); // another tool attaches just now
        } catch (NoSuchFileException | AccessDeniedException e) {
            return Optional.empty(); // the JVM finds nothing there either
        }
    }

    /** Empty where stat(2) fails for whatever reason: then HotSpot looks in /tmp. */
    private static Optional<PosixFileAttributes> atEndOfLink(String path) {
        try {
            return Optional.of(Files.readAttributes(Path.of(path), PosixFileAttributes.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Empty where somebody else's file is in the way. */
    private static Optional<AttachTrigger> inTemporary(TargetFolder temporary, String name, UserPrincipal user)
            throws IOException {
        Optional<PosixFileAttributes> there = temporary.attributes(name);
        if (there.isPresent()) {
            return accepted(there.get(), user) ? Optional.of(new AttachTrigger(null, name, null)) : Optional.empty();
        }
        try {
            return Optional.of(make(temporary, name, user));
        } catch (FileAlreadyExistsException e) {
            return Optional.empty();
        } catch (AccessDeniedException e) {
            throw new JvmFiles.NoListener("may not write to its /tmp", e);
        } catch (IOException e) {
            throw JvmFiles.readOnly(e) ? new JvmFiles.NoListener("has a read-only /tmp", e) : e;
        }
    }

    private static AttachTrigger make(TargetFolder folder, String name, UserPrincipal user) throws IOException {
        folder.create(name).close();
        PosixFileAttributes made = folder.attributes(name)
                .orElseThrow(() -> new IOException(folder.path(name) + " was removed at once by another process"));
        AttachTrigger trigger = new AttachTrigger(folder, name, Objects.requireNonNull(made.fileKey()));
        try {
            requireAccepted(folder.path(name), made, user); // some file systems give files other owners
            return trigger;
        } catch (IOException e) {
            trigger.close();
            throw e;
        }
    }

    private static boolean accepted(PosixFileAttributes file, UserPrincipal user) throws IOException {
        return file.isRegularFile() && ofUserOrRoot(file, user);
    }

    private static boolean ofUserOrRoot(PosixFileAttributes file, UserPrincipal user) throws IOException {
        return file.owner().equals(user) || file.owner().equals(TargetFolder.user(0));
    }

    private static void requireAccepted(String path, PosixFileAttributes file, UserPrincipal user) throws IOException {
        if (!accepted(file, user)) {
            throw foreign(path);
        }
    }

    private static IOException foreign(String path) {
        return new IOException(path
                + " is not a file of the JVM's user, so the JVM would not listen but print its threads: remove it");
    }

    /** That HotSpot would accept it still: to be called before each SIGQUIT. */
    void check() throws IOException {
        if (folder != null
                && folder.attributes(name)
                        .filter(file -> Objects.equals(file.fileKey(), made))
                        .isEmpty()) {
            throw new IOException(folder.path(name) + " was removed or replaced by another process");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            remove();
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(removal);
            } catch (IllegalStateException e) {
                // the JVM is ending, and the hook has run or runs
            }
        }
    }

    private void remove() throws IOException {
        if (folder != null && made != null) {
            folder.delete(name, made);
        }
    }

    private void removeQuietly() {
        try {
            remove();
        } catch (IOException e) {
            // It is empty, and the next who attaches can use it.
        }
    }
}
