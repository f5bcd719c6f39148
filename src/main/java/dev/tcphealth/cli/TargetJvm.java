package dev.tcphealth.cli;

import dev.tcphealth.config.AgentProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import net.bytebuddy.agent.VirtualMachine;

/** One JVM to talk to by the attach mechanism: the agent in it is asked by properties, and told by loading it. */
final class TargetJvm {
    private final JvmProcess jvm;
    private final VirtualMachine machine;
    private final Deadline deadline;

    private TargetJvm(JvmProcess jvm, VirtualMachine machine, Deadline deadline) {
        this.jvm = jvm;
        this.machine = machine;
        this.deadline = deadline;
    }

    /** Attaches: the JVM listens from now on, but nothing is loaded into it. */
    static TargetJvm attach(JvmProcess jvm, Deadline deadline) throws CommandFailure {
        Attachability.check(jvm);
        try {
            Path temporary = temporary(jvm);
            AttachHandshake handshake = new AttachHandshake(jvm, temporary, deadline);
            VirtualMachine machine = VirtualMachine.ForHotSpot.attach(Long.toString(jvm.pid()), handshake);
            return new TargetJvm(jvm, machine, deadline);
        } catch (IOException e) {
            throw AttachFailures.of(jvm, deadline, e);
        }
    }

    /** The version of the agent in that JVM; empty where it is not in. Nothing is loaded for this. */
    Optional<String> agentVersion() throws CommandFailure {
        return published().get(AgentProperty.VERSION);
    }

    /** What the agent publishes at this moment. */
    Published published() throws CommandFailure {
        try {
            return new Published(machine.getAgentProperties());
        } catch (IOException e) {
            throw AttachFailures.of(jvm, deadline, e);
        }
    }

    /**
     * Loads the agent with a command and waits for what it replies.
     *
     * @param options of the agent, for it to judge
     */
    AgentReply tell(Path agentJar, AgentCommand command, String options) throws CommandFailure {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String nonce = HexFormat.of().formatHex(random);
        String arguments = command.word() + "," + nonce + "," + options;
        try {
            AgentJar.checkLength(agentJar + "=" + arguments);
            machine.loadAgent(agentJar.toString(), arguments);
        } catch (JvmRefusal refusal) {
            throw AttachFailures.notLoaded(jvm, agentJar, refusal.words());
        } catch (IOException e) {
            throw AttachFailures.of(jvm, deadline, e);
        }
        return property(AgentProperty.REPLY)
                .filter(reply -> reply.startsWith(nonce + "\n"))
                .flatMap(reply -> AgentReply.parse(reply.substring(nonce.length() + 1)))
                .orElse(new AgentReply(AgentReply.Verdict.FAILED, "no reply: see the JVM's standard error"));
    }

    /** The JVM's /tmp. Without /proc/PID in its path where that is our own: such a path outlives the process. */
    private static Path temporary(JvmProcess jvm) throws IOException {
        Path ours = Path.of("/tmp");
        Path theirs = jvm.proc().seenAs(ours);
        return Files.isSameFile(ours, theirs) ? ours : theirs;
    }
}
