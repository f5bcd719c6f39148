package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import java.util.concurrent.atomic.LongAdder;

/** Where connections lead: a peer's address and port, or for accepted ones the own address and port. */
public final class Destination {

    private final int id;
    private final String name;
    private final boolean inbound;

    public final LongAdder total = new LongAdder();

    public final Tallies tallies = new Tallies();

    Destination(int id, String name, boolean inbound) {
        this.id = id;
        this.name = name;
        this.inbound = inbound;
    }

    static String nameOf(Endpoint endpoint, boolean inbound) {
        return inbound ? "accepted on " + endpoint : endpoint.toString();
    }

    /** Dense, from 0, and the same while the agent runs. */
    public int id() {
        return id;
    }

    /** {@code 10.0.0.5:5432}, or {@code accepted on 10.0.0.1:8080}. */
    public String name() {
        return name;
    }

    public boolean inbound() {
        return inbound;
    }

    void reset() {
        total.reset();
        tallies.reset();
    }

    @Override
    public String toString() {
        return name;
    }
}
