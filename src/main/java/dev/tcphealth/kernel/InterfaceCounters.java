package dev.tcphealth.kernel;

/**
 * Totals of one network interface since it was registered (/proc/net/dev, net/core/net-procfs.c): those {@code sar -n
 * DEV} uses. Any is -1 where the kernel did not say.
 */
record InterfaceCounters(
        long rxBytes,
        long rxPackets,
        long rxCompressed,
        long rxMulticast,
        long txBytes,
        long txPackets,
        long txCompressed) {

    /** Whether any counter is lower than before, which sar takes for an interface registered anew (check_net_dev_reg). */
    boolean fellSince(InterfaceCounters before) {
        return rxBytes < before.rxBytes
                || rxPackets < before.rxPackets
                || rxCompressed < before.rxCompressed
                || rxMulticast < before.rxMulticast
                || txBytes < before.txBytes
                || txPackets < before.txPackets
                || txCompressed < before.txCompressed;
    }
}
