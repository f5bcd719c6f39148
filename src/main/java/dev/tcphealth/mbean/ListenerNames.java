package dev.tcphealth.mbean;

import dev.tcphealth.correlate.ListenerStats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Names of listeners: the address, and for all but the first at one address (SO_REUSEPORT) a number. A listener keeps
 * its name; one that is opened again at the same address has it again.
 */
final class ListenerNames {
    private final Map<Long, String> byInode = new HashMap<>();

    /** To be told of every Snapshot, before it is asked. */
    void update(List<ListenerStats> listeners) {
        byInode.keySet().retainAll(listeners.stream().map(ListenerStats::inode).collect(Collectors.toSet()));
        Set<String> taken = new TreeSet<>(byInode.values());
        listeners.stream()
                .filter(listener -> !byInode.containsKey(listener.inode()))
                .sorted((a, b) -> Long.compare(a.inode(), b.inode()))
                .forEach(listener -> {
                    String name = listener.name();
                    for (int i = 2; !taken.add(name); i++) {
                        name = listener.name() + " #" + i;
                    }
                    byInode.put(listener.inode(), name);
                });
    }

    String of(ListenerStats listener) {
        return byInode.getOrDefault(listener.inode(), listener.name());
    }
}
