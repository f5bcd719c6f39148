package dev.tcphealth.health;

import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.kernel.HostSample;
import java.util.ArrayList;
import java.util.List;

/** The facts that there can be no verdict without. */
final class NeededFacts {

    private NeededFacts() {}

    /** Those that a Snapshot does not have, and why: one line each. */
    static List<String> missing(Snapshot now) {
        List<String> missing = new ArrayList<>();
        if (!now.sockets().known()) {
            add(missing, now, Snapshot.STATES_NOT_KNOWN, "the states of sockets are not known");
        }
        if (now.jvm().openDescriptors() < 0) {
            add(missing, now, Snapshot.DESCRIPTORS_NOT_KNOWN, "the number of open descriptors is not known");
        }
        if (now.host().limits().openDescriptorsLimit() < 0) {
            String notKnown = HostSample.DESCRIPTOR_LIMIT_NOT_KNOWN;
            add(missing, now, notKnown, notKnown);
        }
        return missing;
    }

    private static void add(List<String> missing, Snapshot now, String end, String otherwise) {
        missing.add(now.missing().stream()
                .filter(line -> line.endsWith(end))
                .findFirst()
                .orElse(otherwise));
    }
}
