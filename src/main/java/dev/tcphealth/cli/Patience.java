package dev.tcphealth.cli;

import java.io.IOException;

/** Waiting for one JVM: ends with the deadline, with the JVM, or when it is seen that it cannot answer. */
final class Patience {
    private static final int LOOK_EVERY = 25;
    private static final int SURE_AFTER = 4;

    private final JvmProcess jvm;
    private final Deadline deadline;
    private int pauses;
    private int exhausted;

    Patience(JvmProcess jvm, Deadline deadline) {
        this.jvm = jvm;
        this.deadline = deadline;
    }

    /** Waits a moment before the next look. */
    void pause() throws IOException {
        deadline.pause();
        if (!jvm.proc().runs()) {
            throw new IOException("the process ended");
        }
        if (++pauses % LOOK_EVERY == 0) {
            exhausted = DescriptorUse.read(jvm.proc().folder()).exhausted() ? exhausted + 1 : 0;
            if (exhausted == SURE_AFTER) {
                throw new AttachTimeout();
            }
        }
    }

    Deadline deadline() {
        return deadline;
    }
}
