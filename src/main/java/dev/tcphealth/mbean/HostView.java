package dev.tcphealth.mbean;

import dev.tcphealth.correlate.Snapshot;
import org.weakref.jmx.Flatten;
import org.weakref.jmx.Managed;

/** {@code tcphealth:type=Host}: what the kernel says of TCP in the JVM's network namespace. */
@Described(
        description =
                "TCP of this JVM's network namespace, other processes included: sar's rates, sockets by state, sockstat, limits, totals")
public final class HostView {

    private final RatesView rates;
    private final StatesView states;
    private final SockstatView sockstat;
    private final LimitsView limits;
    private final CountersView counters;

    HostView(LastSnapshot last) {
        rates = new RatesView(last);
        states = new StatesView(last, Snapshot::sockets);
        sockstat = new SockstatView(last);
        limits = new LimitsView(last);
        counters = new CountersView(last);
    }

    @Managed
    @Flatten
    public RatesView getRates() {
        return rates;
    }

    @Managed
    @Flatten
    public StatesView getStates() {
        return states;
    }

    @Managed
    @Flatten
    public SockstatView getSockstat() {
        return sockstat;
    }

    @Managed
    @Flatten
    public LimitsView getLimits() {
        return limits;
    }

    @Managed
    @Flatten
    public CountersView getCounters() {
        return counters;
    }
}
