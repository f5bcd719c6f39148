package dev.tcphealth.connection;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stacks that were looked at before and are told from all others without looking: each has a note of its code path. What
 * the notes say is learned by looking, and looks verify it: one stack in so many is looked at all the same, and where a
 * note is found to be wrong again and again, none is believed any more.
 *
 * <p>Notes are thrown away every few seconds. Stacks are told apart by addresses of code, and code may be unloaded and
 * other code be put in its place.
 */
public final class KnownStacks {

    static final int VERIFIED_ONE_IN = 256;
    static final int MOST_MISTAKES = 3;

    /** Calls at the very addresses of others whose code was unloaded, on every frame of a stack: not within seconds. */
    private static final long KEPT_NANOS = 5_000_000_000L;

    private final Supplier<@Nullable AtomicReference<@Nullable CodePath>> note;
    private final Runnable forget;
    private final LongSupplier bytes;
    private final AtomicInteger mistakes = new AtomicInteger();
    private final AtomicLong since = new AtomicLong(System.nanoTime());

    /**
     * No stack is known yet.
     *
     * @param note the place for a note on the stack of the thread that asks, the same for the same stack; null where it
     *     cannot be said which one it is
     * @param forget throws away all notes
     * @param bytes about how much memory they take
     */
    public KnownStacks(
            Supplier<@Nullable AtomicReference<@Nullable CodePath>> note, Runnable forget, LongSupplier bytes) {
        this.bytes = bytes;
        this.note = note;
        this.forget = forget;
    }

    /** The place for a note on this thread's stack, or null. */
    @Nullable
    AtomicReference<@Nullable CodePath> note() {
        try {
            return note.get();
        } catch (RuntimeException | LinkageError e) {
            mistakes.set(MOST_MISTAKES); // a look does without
            return null;
        }
    }

    /** Whether to look although there is a note. */
    boolean verifies() {
        return ThreadLocalRandom.current().nextInt(VERIFIED_ONE_IN) == 0;
    }

    /** Takes what a look has shown. */
    void learn(AtomicReference<@Nullable CodePath> of, CodePath looked) {
        CodePath noted = of.getAcquire();
        if (noted == null) {
            of.setRelease(looked);
        } else if (!noted.equals(looked)) {
            mistakes.incrementAndGet();
            forget.run();
        }
        forgetOld(System.nanoTime());
    }

    /** About how much memory is held. */
    long bytes() {
        return bytes.getAsLong();
    }

    /** Whether notes are believed. */
    boolean trusted() {
        return mistakes.get() < MOST_MISTAKES;
    }

    /** To be called now and then, as sockets may be opened and closed rarely. */
    void forgetOld(long nowNanos) {
        long last = since.get();
        if (nowNanos - last > KEPT_NANOS && since.compareAndSet(last, nowNanos)) {
            forget.run();
        }
    }
}
