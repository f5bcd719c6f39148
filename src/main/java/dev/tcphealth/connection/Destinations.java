package dev.tcphealth.connection;

import dev.tcphealth.address.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Every destination, interned and bounded: past the limit new ones count under {@code (other destinations)}. */
public final class Destinations {

    private record Key(Endpoint endpoint, boolean inbound) {}

    private final int limit;
    private final AtomicInteger next = new AtomicInteger(1);
    private final Destination other = new Destination(0, "(other destinations)", false);
    private final ConcurrentHashMap<Key, Destination> known = new ConcurrentHashMap<>();

    Destinations(int limit) {
        this.limit = limit;
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
            return id > limit ? other : new Destination(id, Destination.nameOf(endpoint, inbound), inbound);
        });
    }

    /** All of them, the one for all others included. */
    public List<Destination> all() {
        List<Destination> all = new ArrayList<>(known.values());
        all.removeIf(destination -> destination == other);
        all.add(other);
        return all;
    }
}
