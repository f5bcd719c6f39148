package dev.tcphealth.kernel;

/**
 * One network interface over an interval: the columns of {@code sar -n DEV} (sar(1)), all per second but the last. NaN
 * where unknown.
 *
 * @param name the interface's name, such as eth0
 * @param rxPackets packets received (rxpck/s)
 * @param txPackets packets sent (txpck/s)
 * @param rxKilobytes kilobytes of 1,024 bytes received (rxkB/s)
 * @param txKilobytes kilobytes of 1,024 bytes sent (txkB/s)
 * @param rxCompressed compressed packets received (rxcmp/s)
 * @param txCompressed compressed packets sent (txcmp/s)
 * @param rxMulticast multicast packets received (rxmcst/s)
 * @param utilisationPercent use of the interface's speed in percent (%ifutil): of the larger direction in full duplex,
 *     of the sum in half duplex; NaN where the speed is not known
 */
public record InterfaceRates(
        String name,
        double rxPackets,
        double txPackets,
        double rxKilobytes,
        double txKilobytes,
        double rxCompressed,
        double txCompressed,
        double rxMulticast,
        double utilisationPercent) {}
