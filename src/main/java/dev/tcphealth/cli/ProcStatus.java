package dev.tcphealth.cli;

import java.util.List;

/**
 * What {@code /proc/PID/status} says that matters for attaching (proc(5)).
 *
 * @param state the letter of the state: R, S, D, T (stopped), t (stopped by a debugger), Z, X
 * @param effectiveUid as seen from our user namespace
 * @param namespacePid the pid the process itself sees, in its innermost pid namespace
 * @param catchesQuit whether SIGQUIT has a handler; without one SIGQUIT kills the process
 */
record ProcStatus(char state, long effectiveUid, long namespacePid, boolean catchesQuit) {
    private static final long SIGQUIT_BIT = 1L << (3 - 1);

    /** @throws IllegalArgumentException where there is no state or owner, which every kernel writes */
    static ProcStatus parse(long pid, List<String> lines) {
        char state = 0;
        long effectiveUid = -1;
        long namespacePid = pid;
        boolean ignored = false;
        boolean caught = false;
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String[] values = line.substring(colon + 1).trim().split("\\s+", -1);
            switch (line.substring(0, colon)) {
                case "State" -> state = values[0].isEmpty() ? 0 : values[0].charAt(0);
                case "Uid" -> effectiveUid = values.length > 1 ? Long.parseLong(values[1]) : -1;
                case "NSpid" -> namespacePid = Long.parseLong(values[values.length - 1]);
                case "SigIgn" -> ignored = hasQuit(values[0]);
                case "SigCgt" -> caught = hasQuit(values[0]);
                default -> {}
            }
        }
        if (state == 0 || effectiveUid < 0) {
            throw new IllegalArgumentException("no State or Uid in the status of process " + pid);
        }
        return new ProcStatus(state, effectiveUid, namespacePid, caught && !ignored);
    }

    boolean stopped() {
        return state == 'T' || state == 't';
    }

    boolean ended() {
        return state == 'Z' || state == 'X';
    }

    private static boolean hasQuit(String mask) {
        return (Long.parseUnsignedLong(mask, 16) & SIGQUIT_BIT) != 0;
    }
}
