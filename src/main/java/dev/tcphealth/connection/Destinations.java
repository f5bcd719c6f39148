package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Every destination, interned and bounded: where there is no room, new ones count under {@code (other destinations)}. Idle
 * ones make room, and their totals are added to that row.
 */
public final class Destinations {

    private record Key(Endpoint endpoint, boolean inbound) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && inbound == key.inbound && endpoint.equals(key.endpoint);
        }

        /** Written out, as {@link Endpoint}'s is. */
        @Override
        public int hashCode() {
            return 31 * endpoint.hashCode() + Boolean.hashCode(inbound);
        }
    }

    private static final int REFERENCE_BYTES = 4;

    private final int limit;
    private final Destination other = new Destination("(other destinations)");
    private final Slots<Destination> slots;
    private final ConcurrentHashMap<Key, Destination> known = new ConcurrentHashMap<>();

    Destinations(int limit) {
        this.limit = limit;
        this.slots = new Slots<>(limit + 1, 0);
        slots.claim();
        slots.put(other);
    }

    Destination intern(Endpoint endpoint, boolean inbound) {
        Key key = new Key(endpoint, inbound);
        Destination found = known.get(key);
        if (found != null) {
            return found;
        }
        if (!slots.admits(key.hashCode())) {
            return other;
        }
        Destination made = known.computeIfAbsent(key, this::make);
        return made == null ? other : made;
    }

    private @Nullable Destination make(Key key) {
        int ref = slots.claim();
        if (ref == Slots.NONE) {
            return null;
        }
        Destination made = new Destination(ref, slots.slotOf(ref), key.endpoint, key.inbound, other);
        slots.put(made);
        return made;
    }

    /** All of them, the one for all others included. */
    public List<Destination> all() {
        return slots.all();
    }

    /**
     * Makes room where it is scarce; for the one sampler to call, once a sample.
     *
     * @param keep tells those that have a socket or a finding
     * @param others stands for the code paths that are not kept apart
     */
    void makeRoom(int sample, Predicate<Destination> keep, CodePath others) {
        slots.makeRoom(sample, to -> to == other || keep.test(to), to -> to.moveUsages(others))
                .forEach(to -> known.remove(new Key(to.endpoint(), to.inbound()), to));
    }

    /** How many made room until now. */
    public long retired() {
        return slots.retired();
    }

    /** About how much memory they take. */
    long bytes() {
        return (long) limit * REFERENCE_BYTES + (long) known.size() * Tallies.BYTES;
    }

    /** The slot of a reference: that of the row for all others where it was retired. */
    public int slot(int ref) {
        return get(ref).slot();
    }

    /** The destination of a reference; the one for all others where it was retired. */
    public Destination get(int ref) {
        Destination found = slots.get(ref);
        return found == null ? other : found;
    }
}
