package dev.tcphealth.mbean;

import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.ListenerStats;
import dev.tcphealth.correlate.Snapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A listener and what it has accepted, which is known by the address that a client connected to: for a listener at the
 * wildcard address that is any address with its port at which nobody else listens.
 *
 * @param listener the listener
 * @param accepted connections accepted by all listeners at its address since the start of the agent or the last reset
 */
record Accepts(ListenerStats listener, long accepted) {
    private static final String ACCEPTED_ON = "accepted on ";

    /** Of each listener of a Snapshot, by inode. */
    static Map<Long, Accepts> of(Snapshot snapshot) {
        Set<String> listening = new HashSet<>();
        snapshot.listeners().forEach(listener -> listening.add(listener.name()));
        Map<String, Long> accepted = new HashMap<>();
        for (DestinationStats on : snapshot.destinations()) {
            if (on.inbound() && on.name().startsWith(ACCEPTED_ON)) {
                accepted.merge(listener(on.name().substring(ACCEPTED_ON.length()), listening), on.total(), Long::sum);
            }
        }
        Map<Long, Accepts> byInode = new HashMap<>();
        for (ListenerStats listener : snapshot.listeners()) {
            byInode.put(listener.inode(), new Accepts(listener, accepted.getOrDefault(listener.name(), 0L)));
        }
        return byInode;
    }

    private static String listener(String address, Set<String> listening) {
        if (listening.contains(address)) {
            return address;
        }
        String port = address.substring(address.lastIndexOf(':') + 1);
        boolean four = !address.startsWith("[");
        return four && listening.contains("0.0.0.0:" + port) ? "0.0.0.0:" + port : "[::]:" + port;
    }
}
