package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** An interned stack, and what happened through it. Counters are totals since the start of the agent or a reset. */
public final class CodePath {

    private final int id;
    private final String name;
    private final List<String> frames;

    public final LongAdder opened = new LongAdder();
    public final LongAdder accepted = new LongAdder();
    public final LongAdder closed = new LongAdder();
    public final LongAdder failed = new LongAdder();
    public final LongAdder closedByCollector = new LongAdder();

    /** What became of the connections this code path opened or accepted. */
    public final Tallies tallies = new Tallies();

    /** Where it led last, which is where it leads next more often than not. */
    private @Nullable Destination lastDestination;

    CodePath(int id, String name, List<String> frames) {
        this.id = id;
        this.name = name;
        this.frames = List.copyOf(frames);
    }

    /** Dense, from 0, and the same while the agent runs. */
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
        if (last != null && last.is(endpoint, inbound)) {
            return last;
        }
        Destination found = all.intern(endpoint, inbound);
        lastDestination = found;
        return found;
    }

    /** Whether another code path has taken its place: then nothing counts for it any more. All are kept until now. */
    public boolean retired() {
        return false;
    }

    void reset() {
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
