package dev.tcphealth.mbean;

import dev.tcphealth.correlate.CodePathStats;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Names of the MBeans of code paths: the frame without its package, as JConsole's tree is narrow and all that can be
 * read there is the beginning. Several may have the same: the first to come has it, the others have their id added, each
 * for good. As many as there are code paths.
 */
final class CodePathNames {
    private static final int LONGEST = 200;

    private final Map<Integer, String> names = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    String of(CodePathStats path) {
        return names.computeIfAbsent(path.id(), id -> {
            String name = shortName(path.name());
            String free = taken.contains(name) ? name + " #" + id : name;
            taken.add(free);
            return free;
        });
    }

    /** {@code Client.fetch(Client.java:42)} of {@code com.acme.Client.fetch(Client.java:42)}. */
    static String shortName(String frame) {
        int method = frame.lastIndexOf('.', Math.max(0, frame.indexOf('(')));
        int type = method < 0 ? -1 : frame.lastIndexOf('.', method - 1);
        String name = frame.substring(type + 1);
        return name.length() > LONGEST ? "..." + name.substring(name.length() - LONGEST) : name;
    }
}
