package dev.tcphealth.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import net.bytebuddy.agent.VirtualMachine;

/**
 * Makes a HotSpot JVM listen for attach: a trigger file, then SIGQUIT, then its socket appears (the JDK's
 * sun.tools.attach.VirtualMachineImpl for Linux). A JVM that listens already is not signalled. SIGQUIT kills a process
 * that does not catch it, and makes a JVM without the trigger file print its threads: so both are seen to first.
 */
final class AttachHandshake implements VirtualMachine.ForHotSpot.Connection.Factory {
    private final JvmProcess jvm;
    private final TargetFolder temporary;
    private final Deadline deadline;

    /** @param temporary the JVM's /tmp */
    AttachHandshake(JvmProcess jvm, TargetFolder temporary, Deadline deadline) {
        this.jvm = jvm;
        this.temporary = temporary;
        this.deadline = deadline;
    }

    @Override
    public VirtualMachine.ForHotSpot.Connection connect(String pid) throws IOException {
        AttachSocket socket = new AttachSocket(jvm, temporary);
        if (!socket.present()) {
            startListener(socket);
        }
        return new UnixConnection(socket, jvm, deadline);
    }

    private void startListener(AttachSocket socket) throws IOException {
        Patience patience = new Patience(jvm, deadline);
        try (AttachTrigger trigger = AttachTrigger.create(jvm, temporary)) {
            awaitQuitHandler(patience);
            quit(trigger);
            Deadline half = Deadline.in(deadline.timeout().dividedBy(2));
            boolean again = true;
            while (!socket.present()) {
                patience.pause();
                if (again && half.passed() && jvm.proc().status().catchesQuit()) {
                    quit(trigger); // as the JDK does: the first may have come too early
                    again = false;
                }
            }
        }
    }

    /**
     * A JVM that has just been started does not catch SIGQUIT yet. Then for a moment it does, but goes on to delete
     * the socket it makes, for one left by an older process of that pid (AttachListener::vm_start, seen on JDK 17);
     * the Service Thread is started after that. A JVM without a thread of that name is given a second.
     */
    private void awaitQuitHandler(Patience patience) throws IOException {
        while (!jvm.proc().status().catchesQuit()) {
            patience.pause();
        }
        Deadline second = Deadline.in(Duration.ofSeconds(1));
        while (!jvm.proc().threadNames().contains("Service Thread") && !second.passed()) {
            patience.pause();
        }
    }

    private void quit(AttachTrigger trigger) throws IOException {
        trigger.check();
        // The JDK has no call that sends this signal; kill is built into every shell.
        Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -QUIT " + jvm.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!kill.waitFor(deadline.remainingMillis(), TimeUnit.MILLISECONDS)) {
                throw new AttachTimeout();
            }
            if (kill.exitValue() != 0 && jvm.proc().runs()) {
                throw new IOException("kill -QUIT " + jvm.pid() + " failed with " + kill.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            kill.destroy();
        }
    }
}
