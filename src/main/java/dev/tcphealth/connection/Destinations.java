package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Every destination, interned and bounded: past the limit new ones count under {@code (other destinations)}. */
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
    private final AtomicInteger next = new AtomicInteger(1);
    private final Destination other = new Destination("(other destinations)");
    private final AtomicReferenceArray<@Nullable Destination> byId;
    private final ConcurrentHashMap<Key, Destination> known = new ConcurrentHashMap<>();

    Destinations(int limit) {
        this.limit = limit;
        this.byId = new AtomicReferenceArray<>(limit + 1);
        byId.set(0, other);
    }

    Destination intern(Endpoint endpoint, boolean inbound) {
        Key key = new Key(endpoint, inbound);
        Destination found = known.get(key);
        if (found != null) {
            return found;
        }
        if (next.get() > limit) {
            return other;
        }
        return known.computeIfAbsent(key, k -> {
            int id = next.getAndIncrement();
            if (id > limit) {
                return other;
            }
            Destination made = new Destination(id, endpoint, inbound);
            byId.set(id, made);
            return made;
        });
    }

    /** All of them, the one for all others included. */
    public List<Destination> all() {
        List<Destination> all = new ArrayList<>(known.values());
        all.removeIf(destination -> destination == other);
        all.add(other);
        return all;
    }

    /** About how much memory they take. */
    long bytes() {
        return (long) limit * REFERENCE_BYTES + (long) known.size() * Tallies.BYTES;
    }

    /** The destination of an id that was given out. */
    public @Nullable Destination get(int id) {
        return byId.get(id);
    }
}
