package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Where connections lead: a peer's address and port, or for accepted ones the own address and port. */
public final class Destination extends SlotRow {

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

    private final @Nullable Destination rest;
    private final String name;
    private final Endpoint endpoint;
    private final boolean inbound;

    public final LongAdder total = new LongAdder();

    public final Tallies tallies = new Tallies();

    /** By code path; copied when one comes, which is rare, and read for each connection. */
    private volatile Usage[] usages = new Usage[0];

    /** The one that stands for all others. */
    Destination(String name) {
        super(0, 0);
        this.rest = null;
        this.name = name;
        this.endpoint = Endpoint.UNSPECIFIED;
        this.inbound = false;
    }

    /** @param rest stands for it once it is retired */
    Destination(int ref, int slot, Endpoint endpoint, boolean inbound, Destination rest) {
        super(ref, slot);
        this.rest = rest;
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
        return rest != null && inbound == accepting && endpoint.equals(other);
    }

    /** {@code 10.0.0.5:5432}, or {@code accepted on 10.0.0.1:8080}. */
    public String name() {
        return name;
    }

    public boolean inbound() {
        return inbound;
    }

    /** One for each code path that leads here; past {@link #MOST_USAGES} one stands for all others. */
    public List<Usage> usages() {
        return List.of(usages);
    }

    /** @param others stands for the code paths that are not kept apart */
    Usage usage(CodePath codePath, CodePath others) {
        while (true) {
            Usage[] known = usages;
            for (Usage usage : known) {
                if (usage.codePath().equals(codePath)) {
                    return usage;
                }
            }
            if (known.length >= MOST_USAGES - 1 && !codePath.equals(others)) {
                return usage(others, others);
            }
            Usage made = new Usage(codePath);
            Usage[] more = Arrays.copyOf(known, known.length + 1);
            more[known.length] = made;
            if (USAGES.compareAndSet(this, known, more)) {
                return made;
            }
        }
    }

    /** Takes out what retired code paths have done here; it counts for the one that stands for all others. */
    void retireUsages(CodePath others) {
        Usage[] known = usages;
        Usage[] left = Arrays.stream(known)
                .filter(usage -> !usage.codePath().retired())
                .toArray(Usage[]::new);
        if (left.length < known.length && USAGES.compareAndSet(this, known, left)) {
            Usage to = usage(others, others);
            for (Usage usage : known) {
                if (usage.codePath().retired()) {
                    usage.moveTo(to);
                }
            }
        }
    }

    @Override
    long uses() {
        return total.sum();
    }

    @Override
    void moveCounts() {
        Destination to = rest;
        if (to != null) {
            Tallies.move(total, to.total);
            tallies.moveTo(to.tallies);
        }
    }

    /** Moves what each code path did here. */
    void moveUsages(CodePath others) {
        Destination to = rest;
        if (to != null) {
            for (Usage usage : usages) {
                usage.moveTo(to.usage(usage.codePath().retired() ? others : usage.codePath(), others));
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
