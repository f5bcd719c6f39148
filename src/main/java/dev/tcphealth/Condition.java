package dev.tcphealth;

import dev.tcphealth.connection.KnownStacks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How the agent itself is: written by the sampling thread, read by whoever asks by JMX. */
final class Condition {

    private final long swallowedBefore;
    final AtomicLong samples = new AtomicLong();
    final AtomicLong errors = new AtomicLong();

    volatile String nativeAccess = "not opened yet";

    /** How stacks are told apart where none are matched. */
    volatile String stackAccess = "captured: matching has not begun yet";

    volatile @Nullable KnownStacks knownStacks;
    volatile long nativeBytes;

    /** What will not change any more, such as that there are no MBeans. */
    volatile @Nullable String trouble;

    /** Why the last sample failed; null where it did not. */
    volatile @Nullable String failure;

    /** @param swallowedBefore the errors swallowed in this JVM before this agent */
    Condition(long swallowedBefore) {
        this.swallowedBefore = swallowedBefore;
    }

    /** Errors inside this agent that the application did not get to see, of so many in this JVM. */
    long swallowed(long inThisJvm) {
        return inThisJvm - swallowedBefore + errors.get();
    }

    /** How stacks are told apart now. */
    String stackAccess() {
        KnownStacks stacks = knownStacks;
        return stacks == null ? stackAccess : stacks.description();
    }

    /** What of the agent does not work now: one line each. */
    List<String> troubles() {
        List<String> lines = new ArrayList<>();
        String lasting = trouble;
        if (lasting != null) {
            lines.add(lasting);
        }
        String failed = failure;
        if (failed != null) {
            lines.add(failed);
        }
        return lines;
    }
}
