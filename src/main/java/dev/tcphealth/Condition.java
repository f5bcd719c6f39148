package dev.tcphealth;

import dev.tcphealth.connection.KnownStacks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How the agent itself is: written by the sampling thread, read by whoever asks by JMX. */
final class Condition {

    private final long swallowedBefore;
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();

    private volatile String nativeAccess = "not opened yet";
    private volatile String stackAccess = "captured: matching has not begun yet";
    private volatile @Nullable KnownStacks knownStacks;
    private volatile long nativeBytes;
    private volatile @Nullable String trouble;
    private volatile @Nullable String failure;

    /** @param swallowedBefore the errors swallowed in this JVM before this agent */
    Condition(long swallowedBefore) {
        this.swallowedBefore = swallowedBefore;
    }

    /** A sample was taken and shown. */
    void sampled() {
        failure = null;
        samples.incrementAndGet();
    }

    /** How many samples were shown. */
    long samples() {
        return samples.get();
    }

    /** The last sample failed, for this reason. */
    void failed(String reason) {
        failure = reason;
    }

    /** An error of the agent's own, which the application did not get to see. */
    void swallowed() {
        errors.incrementAndGet();
    }

    /** Errors inside this agent that the application did not get to see, of so many in this JVM. */
    long swallowed(long inThisJvm) {
        return inThisJvm - swallowedBefore + errors.get();
    }

    /** How the kernel is asked. */
    void nativeAccess(String description) {
        nativeAccess = description;
    }

    /** How the kernel is asked. */
    String nativeAccess() {
        return nativeAccess;
    }

    /** What is held outside of the heap. */
    void nativeBytes(long bytes) {
        nativeBytes = bytes;
    }

    /** What is held outside of the heap. */
    long nativeBytes() {
        return nativeBytes;
    }

    /** Stacks are matched from now on. */
    void matchedBy(KnownStacks stacks) {
        knownStacks = stacks;
    }

    /** Each stack is captured, for this reason. */
    void captured(String reason) {
        stackAccess = "captured: " + reason;
    }

    /** How stacks are told apart now. */
    String stackAccess() {
        KnownStacks stacks = knownStacks;
        return stacks == null ? stackAccess : stacks.description();
    }

    /** Something that will not change any more, such as that there are no MBeans. */
    void trouble(String what) {
        trouble = what;
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
