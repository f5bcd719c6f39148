package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Where connections lead: a peer's address and port, or for accepted ones the own address and port. */
public final class Destination {

    /** Code paths kept apart for each destination. */
    static final int MOST_USAGES = 32;

    private static final VarHandle USAGES;

    static {
        try {
            USAGES = MethodHandles.lookup().findVarHandle(Destination.class, "usages", Usage[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int id;
    private final String name;
    private final Endpoint endpoint;
    private final boolean inbound;

    public final LongAdder total = new LongAdder();

    public final Tallies tallies = new Tallies();

    /** By code path; copied when one comes, which is rare, and read for each connection. */
    private volatile Usage[] usages = new Usage[0];

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

    /** One for each code path that leads here; past {@link #MOST_USAGES} the last one stands for all others. */
    public List<Usage> usages() {
        return List.of(usages);
    }

    /** @param rest stands for the code paths that are not kept apart */
    Usage usage(CodePath codePath, CodePath rest) {
        while (true) {
            Usage[] known = usages;
            for (Usage usage : known) {
                if (usage.codePath().equals(codePath)) {
                    return usage;
                }
            }
            if (known.length >= MOST_USAGES) {
                return known[MOST_USAGES - 1];
            }
            Usage made = new Usage(known.length == MOST_USAGES - 1 ? rest : codePath);
            Usage[] more = Arrays.copyOf(known, known.length + 1);
            more[known.length] = made;
            if (USAGES.compareAndSet(this, known, more)) {
                return made;
            }
        }
    }

    void reset() {
        for (Usage usage : usages) {
            usage.reset();
        }
        total.reset();
        tallies.reset();
    }

    @Override
    public String toString() {
        return name;
    }
}
