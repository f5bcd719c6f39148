package dev.tcphealth.cli;

import java.util.List;
import java.util.SortedMap;

/**
 * The JVMs there are, and what is not known of them.
 *
 * @param jvms by pid
 * @param unread processes that could not be looked at, JVMs or not, by pid: why, in words
 * @param notReached processes that came after the time was up
 */
record Listing(List<JvmProcess> jvms, SortedMap<Long, String> unread, int notReached) {
    Listing {
        jvms = List.copyOf(jvms);
    }
}
