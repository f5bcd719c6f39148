package dev.tcphealth.connection;

import dev.tcphealth.concurrent.Chance;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stacks that were captured before and are matched since: each has a note of its code path. One match in so many is
 * verified by capturing the stack all the same, whatever the CPU budget, and so is each note that has become old. A note
 * that does not say what was captured is a mistake: it is replaced and counted. After several mistakes within some
 * minutes matching pauses, and begins anew with no notes.
 *
 * <p>Any failure to match turns matching off for good: then every stack is captured.
 */
public final class KnownStacks {

    /**
     * What is known of one stack.
     *
     * @param nanos when it was captured, by {@link System#nanoTime}
     */
    public record Note(CodePath path, long nanos) {}

    static final int VERIFIED_ONE_IN = 256;

    /** A match is right by what it is made of, not by its age: this bounds what a mistake of ours could do. */
    static final long LONGEST_NANOS = 10_000_000_000L;

    static final int MISTAKES_TO_PAUSE = 3;
    static final long PAUSE_NANOS = 600_000_000_000L;

    private final Supplier<? extends @Nullable AtomicReference<@Nullable Note>> note;
    private final Runnable forget;
    private final LongSupplier bytes;
    private final AtomicLong mistakes = new AtomicLong();

    /** Since the last pause; one is taken off for each length of a pause that passes without any. */
    private final AtomicInteger recentMistakes = new AtomicInteger();

    private final AtomicLong lastMistake = new AtomicLong();

    private volatile boolean paused;
    private volatile long pausedUntil;
    private volatile @Nullable String failure;

    /**
     * No stack is known yet.
     *
     * @param note the place for a note on the stack of the thread that asks, the same for the same stack; null where the
     *     stack cannot be matched
     * @param forget throws away all notes
     * @param bytes about how much memory they take
     */
    public KnownStacks(
            Supplier<? extends @Nullable AtomicReference<@Nullable Note>> note, Runnable forget, LongSupplier bytes) {
        this.bytes = bytes;
        this.note = note;
        this.forget = forget;
    }

    /** The place for a note on this thread's stack, or null if it is to be captured. */
    @Nullable
    AtomicReference<@Nullable Note> place() {
        if (failure != null || (paused && isPaused(System.nanoTime()))) {
            return null;
        }
        try {
            return note.get();
        } catch (StackOverflowError | OutOfMemoryError e) {
            return null; // the application's lack of either says nothing of this JVM
        } catch (RuntimeException | Error e) {
            failure = String.valueOf(e);
            return null;
        }
    }

    /** Whether a note counts that long after it was made. */
    static boolean isFresh(Note of, long nowNanos) {
        return nowNanos - of.nanos() < LONGEST_NANOS && !of.path().retired();
    }

    /** Whether to capture a stack although there is a note. */
    boolean verifies() {
        return Chance.oneIn(VERIFIED_ONE_IN);
    }

    /**
     * Takes what capturing the stack of this thread has shown.
     *
     * @param noted what was there before
     */
    void learn(
            AtomicReference<@Nullable Note> place, @Nullable Note noted, CodePath captured, CodePath other, long now) {
        if (noted != null && noted.path() != captured && isMistake(place, noted, captured, other)) {
            mistake(now);
        }
        place.setRelease(new Note(captured, now));
    }

    /**
     * A code path that had no room may have got some since; and while the stack was captured its code may have been
     * replaced, which it is matched no longer after.
     */
    @SuppressWarnings("ReferenceEquality") // a place is what it is
    private boolean isMistake(AtomicReference<@Nullable Note> place, Note noted, CodePath captured, CodePath other) {
        return !noted.path().equals(other)
                && !captured.equals(other)
                && !noted.path().retired()
                && place() == place;
    }

    private void mistake(long now) {
        mistakes.incrementAndGet();
        long passed = (now - lastMistake.getAndSet(now)) / PAUSE_NANOS;
        int recent = recentMistakes.updateAndGet(before -> (int) Math.max(0, before - passed) + 1);
        if (recent >= MISTAKES_TO_PAUSE) {
            pausedUntil = now + PAUSE_NANOS;
            paused = true;
            recentMistakes.set(0);
            forget.run();
        }
    }

    private boolean isPaused(long now) {
        if (now - pausedUntil < 0) {
            return true;
        }
        paused = false;
        return false;
    }

    /** About how much memory is held. */
    long bytes() {
        return bytes.getAsLong();
    }

    /** How stacks are told apart now, and why not otherwise. */
    public String description() {
        String cause = failure;
        long wrong = mistakes.get();
        String counted =
                wrong == 0 ? "" : " (" + wrong + (wrong == 1 ? " mistake" : " mistakes") + " found and corrected)";
        return cause != null
                ? "captured: " + cause
                : !paused || !isPaused(System.nanoTime())
                        ? "matched by their physical frames" + counted
                        : "captured for some minutes: matches were not what capturing has shown" + counted;
    }

    /** How many notes were not what capturing the stack has shown. */
    public long mistakes() {
        return mistakes.get();
    }

    /** Why stacks are matched no longer; null if they are. */
    @Nullable
    String failure() {
        return failure;
    }
}
