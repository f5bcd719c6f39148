package dev.tcphealth.mbean;

import dev.tcphealth.correlate.Snapshot;
import org.weakref.jmx.Flatten;
import org.weakref.jmx.Managed;

/**
 * {@code tcphealth:type=Host}: what the kernel says of TCP in the JVM's network namespace. Attributes come in the
 * alphabetical order of these getters, those of one getter together: what changes first, what is set last.
 */
@Described(
        description =
                "TCP of this JVM's network namespace, other processes included: sar's rates, sockets by state, sockstat, limits, totals")
public final class HostView {

    private final RatesView rates;
    private final StatesView sockets;
    private final SockstatView sockstat;
    private final CountersView totals;
    private final LimitsView upperLimits;

    HostView(LastSnapshot last) {
        rates = new RatesView(last);
        sockets = new StatesView(last, Snapshot::sockets);
        sockstat = new SockstatView(last);
        totals = new CountersView(last);
        upperLimits = new LimitsView(last);
    }

    @Managed
    @Flatten
    public RatesView getRates() {
        return rates;
    }

    @Managed
    @Flatten
    public StatesView getSockets() {
        return sockets;
    }

    @Managed
    @Flatten
    public SockstatView getSockstat() {
        return sockstat;
    }

    @Managed
    @Flatten
    public CountersView getTotals() {
        return totals;
    }

    @Managed
    @Flatten
    public LimitsView getUpperLimits() {
        return upperLimits;
    }
}
