package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** An interned stack, and what happened through it. Counters are totals since the start of the agent or a reset. */
public final class CodePath extends SlotRow {

    private final int id;
    private final @Nullable CodePath rest;
    private final String name;
    private final List<String> frames;

    public final LongAdder opened = new LongAdder();
    public final LongAdder accepted = new LongAdder();
    public final LongAdder closed = new LongAdder();
    public final LongAdder failed = new LongAdder();
    public final LongAdder closedByCollector = new LongAdder();

    /** While stacks are a sample: events that the captured ones stand for besides themselves. */
    final LongAdder standsFor = new LongAdder();

    /** What became of the connections this code path opened or accepted. */
    public final Tallies tallies = new Tallies();

    /** Where it led last, which is where it leads next more often than not. */
    private @Nullable Destination lastDestination;

    /**
     * A code path nothing has happened through.
     *
     * @param rest stands for it once it is retired; null for one that never is
     */
    CodePath(int id, int ref, int slot, String name, List<String> frames, @Nullable CodePath rest) {
        super(ref, slot);
        this.id = id;
        this.rest = rest;
        this.name = name;
        this.frames = List.copyOf(frames);
    }

    /** From 0, and never another's while the agent runs. */
    public int id() {
        return id;
    }

    /** The frame that is the application's, or a name in parentheses where there is no stack. */
    public String name() {
        return name;
    }

    /** Innermost first; empty where there is no stack. */
    public List<String> frames() {
        return frames;
    }

    /** The destination of a connection it has opened or accepted. Any thread may ask; a lost update costs a look-up. */
    Destination destination(Endpoint endpoint, boolean inbound, Destinations all) {
        Destination last = lastDestination;
        if (last != null && last.is(endpoint, inbound) && !last.retired()) {
            return last;
        }
        Destination found = all.intern(endpoint, inbound);
        lastDestination = found;
        return found;
    }

    /** Events whose stack was not captured and that were most probably its own, by those that were; an estimate. */
    public long standsFor() {
        return standsFor.sum();
    }

    @Override
    long uses() {
        return opened.sum() + accepted.sum() + closed.sum() + failed.sum();
    }

    @Override
    void moveCounts() {
        CodePath to = rest;
        if (to != null) {
            Tallies.move(opened, to.opened);
            Tallies.move(accepted, to.accepted);
            Tallies.move(closed, to.closed);
            Tallies.move(failed, to.failed);
            Tallies.move(closedByCollector, to.closedByCollector);
            Tallies.move(standsFor, to.standsFor);
            tallies.moveTo(to.tallies);
        }
    }

    void reset() {
        standsFor.reset();
        opened.reset();
        accepted.reset();
        closed.reset();
        failed.reset();
        closedByCollector.reset();
        tallies.reset();
    }

    @Override
    public String toString() {
        return name;
    }
}
