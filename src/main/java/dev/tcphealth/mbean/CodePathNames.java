package dev.tcphealth.mbean;

import dev.tcphealth.correlate.CodePathStats;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Names of the MBeans of code paths. Several may have the same frame of the application, called from different places:
 * the first to come has its name, the others have their id added, each for good. As many as there are code paths.
 */
final class CodePathNames {
    private static final int LONGEST = 200;

    private final Map<Integer, String> names = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    String of(CodePathStats path) {
        return names.computeIfAbsent(path.id(), id -> {
            String name = path.name().length() > LONGEST
                    ? "..." + path.name().substring(path.name().length() - LONGEST)
                    : path.name();
            String free = taken.contains(name) ? name + " #" + id : name;
            taken.add(free);
            return free;
        });
    }
}
