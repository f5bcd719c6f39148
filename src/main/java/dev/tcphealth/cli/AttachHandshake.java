package dev.tcphealth.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import net.bytebuddy.agent.VirtualMachine;

/**
 * Makes a HotSpot JVM listen for attach: a trigger file, then SIGQUIT, then its socket appears (the JDK's
 * sun.tools.attach.VirtualMachineImpl for Linux). A JVM that listens already is not signalled. SIGQUIT kills a process
 * that does not catch it, and makes a JVM without the trigger file print its threads: so both are seen to first.
 */
final class AttachHandshake implements VirtualMachine.ForHotSpot.Connection.Factory {
    private final JvmProcess jvm;
    private final Path temporary;
    private final Deadline deadline;

    /** @param temporary the JVM's /tmp, as a path here */
    AttachHandshake(JvmProcess jvm, Path temporary, Deadline deadline) {
        this.jvm = jvm;
        this.temporary = temporary;
        this.deadline = deadline;
    }

    @Override
    public VirtualMachine.ForHotSpot.Connection connect(String pid) throws IOException {
        Path socket = temporary.resolve(".java_pid" + jvm.namespacePid());
        if (!Files.exists(socket)) {
            startListener(socket);
        }
        checkOwner(socket);
        return new UnixConnection(socket, deadline);
    }

    private void startListener(Path socket) throws IOException {
        Optional<Path> trigger = createTrigger();
        try {
            awaitQuitHandler();
            quit();
            Deadline patience = Deadline.in(deadline.timeout().dividedBy(2));
            boolean again = true;
            while (!Files.exists(socket)) {
                pause();
                if (again && patience.passed() && jvm.proc().status().catchesQuit()) {
                    quit(); // as the JDK does: the first may have come too early
                    again = false;
                }
            }
        } finally {
            if (trigger.isPresent()) {
                Files.deleteIfExists(trigger.get());
            }
        }
    }

    /**
     * A JVM that has just been started does not catch SIGQUIT yet. Then for a moment it does, but goes on to delete
     * the socket it makes, for one left by an older process of that pid (AttachListener::vm_start, seen on JDK 17);
     * the Service Thread is started after that. A JVM without a thread of that name is given a second.
     */
    private void awaitQuitHandler() throws IOException {
        while (!jvm.proc().status().catchesQuit()) {
            pause();
        }
        Deadline second = Deadline.in(Duration.ofSeconds(1));
        while (!jvm.proc().threadNames().contains("Service Thread") && !second.passed()) {
            pause();
        }
    }

    private void pause() throws IOException {
        deadline.pause();
        if (!jvm.proc().runs()) {
            throw new IOException("the process ended");
        }
    }

    /** /tmp before the working folder, where the JDK's tools put it: that one may be on NFS and is the application's. */
    private Optional<Path> createTrigger() throws IOException {
        String name = ".attach_pid" + jvm.namespacePid();
        try {
            return Optional.of(create(temporary.resolve(name)));
        } catch (FileAlreadyExistsException e) {
            return Optional.empty(); // another tool attaches just now: its file does for both
        } catch (IOException e) {
            return Optional.of(create(jvm.proc().seenFromWorkingFolder(name)));
        }
    }

    private static Path create(Path file) throws IOException {
        Files.createFile(file);
        file.toFile().deleteOnExit(); // for Ctrl-C while waiting
        return file;
    }

    private void quit() throws IOException {
        // The JDK has no call that sends this signal; kill is built into every shell.
        Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -QUIT " + jvm.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            int exit = kill.waitFor();
            if (exit != 0 && jvm.proc().runs()) {
                throw new IOException("kill -QUIT " + jvm.pid() + " failed with " + exit);
            }
        } catch (InterruptedException e) {
            kill.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** /tmp is everybody's: a socket of another owner is not this JVM's. */
    private void checkOwner(Path socket) throws IOException {
        Number owner = (Number) Files.getAttribute(socket, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner.longValue() != jvm.uid()) {
            throw new IOException(
                    "the socket " + socket + " belongs to user " + owner + ", not to the JVM's: remove it");
        }
    }
}
