package dev.tcphealth.mbean;

import dev.tcphealth.kernel.InterfaceRates;
import java.util.function.ToDoubleFunction;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Interface,name=eth0}: the columns of sar -n DEV of one network interface. */
@Described(description = "One network interface over the last interval: the columns of sar -n DEV")
public final class InterfaceView {

    private final LastSnapshot last;
    private final String name;

    InterfaceView(LastSnapshot last, String name) {
        this.last = last;
        this.name = name;
    }

    @Managed(description = "Packets received per second (sar: rxpck/s)" + Unknown.NUMBER)
    public double getRxPacketsPerSecond() {
        return rate(InterfaceRates::rxPackets);
    }

    @Managed(description = "Packets sent per second (sar: txpck/s)" + Unknown.NUMBER)
    public double getTxPacketsPerSecond() {
        return rate(InterfaceRates::txPackets);
    }

    @Managed(description = "Kilobytes of 1,024 bytes received per second (sar: rxkB/s)" + Unknown.NUMBER)
    public double getRxKilobytesPerSecond() {
        return rate(InterfaceRates::rxKilobytes);
    }

    @Managed(description = "Kilobytes of 1,024 bytes sent per second (sar: txkB/s)" + Unknown.NUMBER)
    public double getTxKilobytesPerSecond() {
        return rate(InterfaceRates::txKilobytes);
    }

    @Managed(description = "Compressed packets received per second (sar: rxcmp/s)" + Unknown.NUMBER)
    public double getRxCompressedPerSecond() {
        return rate(InterfaceRates::rxCompressed);
    }

    @Managed(description = "Compressed packets sent per second (sar: txcmp/s)" + Unknown.NUMBER)
    public double getTxCompressedPerSecond() {
        return rate(InterfaceRates::txCompressed);
    }

    @Managed(description = "Multicast packets received per second (sar: rxmcst/s)" + Unknown.NUMBER)
    public double getRxMulticastPerSecond() {
        return rate(InterfaceRates::rxMulticast);
    }

    @Managed(
            description =
                    "Use of the interface's speed in percent: of the busier direction in full duplex, of the sum in half duplex (sar: %ifutil)"
                            + Unknown.NUMBER)
    public double getUtilisationPercent() {
        return rate(InterfaceRates::utilisationPercent);
    }

    private double rate(ToDoubleFunction<InterfaceRates> column) {
        return last.get().host().interfaces().stream()
                .filter(rates -> rates.name().equals(name))
                .mapToDouble(column)
                .map(Rounded::of)
                .findFirst()
                .orElse(Double.NaN);
    }
}
