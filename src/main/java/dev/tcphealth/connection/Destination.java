package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import java.util.concurrent.atomic.LongAdder;

/** Where connections lead: a peer's address and port, or for accepted ones the own address and port. */
public final class Destination {

    private final int id;
    private final String name;
    private final Endpoint endpoint;
    private final boolean inbound;

    public final LongAdder total = new LongAdder();

    public final Tallies tallies = new Tallies();

    /** The one that stands for all others. */
    Destination(String name) {
        this.id = 0;
        this.name = name;
        this.endpoint = Endpoint.UNSPECIFIED;
        this.inbound = false;
    }

    Destination(int id, Endpoint endpoint, boolean inbound) {
        this.id = id;
        this.name = inbound ? "accepted on " + endpoint : endpoint.toString();
        this.endpoint = endpoint;
        this.inbound = inbound;
    }

    /** The peer's address and port, or for accepted connections the own. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Whether it stands for this endpoint and for no other. */
    boolean is(Endpoint other, boolean accepting) {
        return id != 0 && inbound == accepting && endpoint.equals(other);
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
