package dev.tcphealth.concurrent;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Spare objects that threads borrow for the length of a call: no thread waits for another, and none keeps anything, as
 * thread locals would outlive the agent and multiply with virtual threads. Makes no garbage unless more threads are at
 * it at once than there are stripes.
 */
public final class Stripes<T> {

    /** Places between two stripes, so that no two share a cache line: 16 compressed references are 64 bytes. */
    private static final int SPACING = 16;

    private static final int TRIES = 4;

    /** So many for each processor: threads that run at the same time seldom have the same and its cache line. */
    private static final int PER_PROCESSOR = 16;

    private static final int MOST = 256;

    private final AtomicReferenceArray<@Nullable T> spare;
    private final Supplier<T> maker;
    private final int mask;

    /**
     * Makes a spare object for each stripe now, on the agent's own thread: a thread of the application may be at the end
     * of its stack or heap, and a class whose initialisation fails there can never be used again.
     *
     * @param maker is called again when one for each stripe is not enough
     */
    public Stripes(Supplier<T> maker) {
        int wanted = Math.min(MOST, PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
        int stripes = Integer.highestOneBit(wanted - 1) << 1;
        this.maker = maker;
        this.mask = stripes - 1;
        this.spare = new AtomicReferenceArray<>(stripes * SPACING);
        for (int i = 0; i < stripes; i++) {
            spare.set(i * SPACING, maker.get());
        }
    }

    /** How many spare objects there is room for. */
    public int size() {
        return mask + 1;
    }

    /** An object that is the caller's alone until it gives it back. */
    public T borrow() {
        int home = home();
        for (int i = 0; i < TRIES; i++) {
            int at = place(home + i);
            if (spare.get(at) != null) {
                T found = spare.getAndSet(at, null);
                if (found != null) {
                    return found;
                }
            }
        }
        return maker.get();
    }

    /**
     * To be called on the thread that has borrowed it. One that is not given back is garbage, no more.
     *
     * @return false where there is no room for it, so that it is nobody's any more
     */
    public boolean giveBack(T borrowed) {
        int home = home();
        for (int i = 0; i < TRIES; i++) {
            if (spare.compareAndSet(place(home + i), null, borrowed)) {
                return true;
            }
        }
        return false;
    }

    private int place(int stripe) {
        return (stripe & mask) * SPACING;
    }

    /** Not by the thread's id: an application may override {@code Thread.getId}, and what it does there is unknown. */
    private static int home() {
        return System.identityHashCode(Thread.currentThread()) * TRIES;
    }
}
