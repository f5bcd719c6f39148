package dev.tcphealth.mbean;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the agent says of itself.
 *
 * @param version its version
 * @param options every option in force, by name, in the order to show them
 * @param nativeAccess how the kernel is asked, and why not otherwise
 * @param stackAccess how stacks are told apart, and why not otherwise
 * @param samples samples taken
 * @param errorsSwallowed exceptions inside the agent that the application did not get to see
 * @param eventsDropped socket events lost for want of room
 * @param codePaths code paths known
 * @param codePathsLimit how many may be known; what comes after counts under one row
 * @param cost what the agent costs
 * @param missing what does not work besides the lines of the last Snapshot, and why: one line each
 */
public record AgentStatus(
        String version,
        Map<String, String> options,
        String nativeAccess,
        String stackAccess,
        long samples,
        long errorsSwallowed,
        long eventsDropped,
        int codePaths,
        int codePathsLimit,
        OwnCost cost,
        List<String> missing) {

    public AgentStatus {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        missing = List.copyOf(missing);
    }
}
