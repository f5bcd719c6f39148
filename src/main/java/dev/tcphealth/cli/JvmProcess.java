package dev.tcphealth.cli;

import dev.tcphealth.text.Plain;

/**
 * A running JVM as /proc shows it, without touching it.
 *
 * @param uid the effective user
 * @param user that user's name, or the number where it has none here
 * @param agentIn whether the agent's sampler thread runs in it
 */
record JvmProcess(
        ProcPid proc,
        long namespacePid,
        long uid,
        String user,
        JavaCommand command,
        JdkVersion jdk,
        boolean openJ9,
        boolean agentIn) {

    /** Messages are read by people; the end of a name says more than its beginning. */
    private static final int LABEL_WIDTH = 120;

    JvmProcess {
        user = Plain.text(user);
    }

    long pid() {
        return proc.pid();
    }

    /** How messages call it: the pid alone tells a person little. */
    String label() {
        return pid() + " (" + Plain.shortened(command.main(), LABEL_WIDTH) + ")";
    }
}
