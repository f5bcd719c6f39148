package dev.tcphealth.cli;

import dev.tcphealth.config.AgentProperty;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import net.bytebuddy.agent.VirtualMachine;

/** One JVM to talk to by the attach mechanism: the agent in it is asked by properties, and told by loading it. */
final class TargetJvm implements AutoCloseable {
    private static final int NONCE_BYTES = 8;

    private final JvmProcess jvm;
    private final TargetFolder temporary;
    private final VirtualMachine machine;
    private final Deadline deadline;

    private TargetJvm(JvmProcess jvm, TargetFolder temporary, VirtualMachine machine, Deadline deadline) {
        this.jvm = jvm;
        this.temporary = temporary;
        this.machine = machine;
        this.deadline = deadline;
    }

    /** Attaches: the JVM listens from now on, but nothing is loaded into it. */
    static TargetJvm attach(JvmProcess jvm, Deadline deadline) throws CommandFailure {
        Attachability.check(jvm);
        TargetFolder temporary;
        try {
            temporary = JvmFiles.temporary(jvm);
        } catch (IOException e) {
            throw AttachFailures.of(jvm, deadline, e);
        }
        try {
            AttachHandshake handshake = new AttachHandshake(jvm, temporary, deadline);
            VirtualMachine machine = VirtualMachine.ForHotSpot.attach(Long.toString(jvm.pid()), handshake);
            return new TargetJvm(jvm, temporary, machine, deadline);
        } catch (IOException e) {
            close(temporary);
            throw AttachFailures.of(jvm, deadline, e);
        }
    }

    /** Gives up the JVM's folder, which {@link #attach} holds open. The JVM listens on. */
    @Override
    public void close() {
        close(temporary);
    }

    private static void close(TargetFolder folder) {
        try {
            folder.close();
        } catch (IOException e) {
            // It was read from and created in, and all of that is done.
        }
    }

    /** The version of the agent in that JVM; empty where it is not in. Nothing is loaded for this. */
    Optional<String> agentVersion() throws CommandFailure {
        return published().get(AgentProperty.VERSION);
    }

    /** What the agent publishes at this moment. */
    Published published() throws CommandFailure {
        try {
            return new Published(properties());
        } catch (IOException e) {
            throw AttachFailures.of(jvm, deadline, e);
        }
    }

    private Properties properties() throws IOException {
        try {
            return machine.getAgentProperties();
        } catch (IllegalArgumentException e) {
            throw new IOException("it answers with properties that are none", e);
        }
    }

    /**
     * Loads the agent with a command, and reads what it replies: before a load returns, the agent has put its reply
     * into a property.
     *
     * @param agentJar its path as the JVM sees it
     * @param options of the agent, for it to judge
     */
    AgentReply tell(String agentJar, AgentCommand command, String options) throws CommandFailure {
        String nonce = nonce();
        String arguments = command.word() + "," + nonce + "," + options;
        AgentJar.checkLength(agentJar + "=" + arguments);
        try {
            machine.loadAgent(agentJar, arguments);
            return Optional.ofNullable(properties().getProperty(AgentProperty.REPLY.key()))
                    .flatMap(reply -> AgentReply.parse(reply, nonce))
                    .orElseThrow(() -> AttachFailures.noReply(jvm));
        } catch (JvmRefusal refusal) {
            throw AttachFailures.notLoaded(jvm, agentJar, refusal.words());
        } catch (IOException e) {
            throw AttachFailures.of(jvm, deadline, e);
        }
    }

    private static String nonce() {
        byte[] random = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
