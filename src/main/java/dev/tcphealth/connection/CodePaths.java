package dev.tcphealth.connection;

import dev.tcphealth.connection.KnownStacks.Note;
import java.lang.StackWalker.StackFrame;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every code path, interned and bounded: past the limit new ones count under {@code (other code paths)}.
 *
 * <p>A stack that was seen before is recognised by its {@link Backtrace}: the text is made once for each. Lock-free but
 * for the first sight of a stack.
 */
public final class CodePaths {

    /** Reads the private field {@code Throwable.backtrace}, or gives null where there is none. */
    @FunctionalInterface
    public interface BacktraceReader {
        @Nullable
        Object backtrace(Throwable of);
    }

    private record Entry(
            Backtrace backtrace, CodePath path, @Nullable Entry next) {}

    /** The name of the code path of events whose stack was not looked at. */
    public static final String NOT_LOOKED_AT = "(not looked at: max-overhead)";

    private static final int BUCKETS = 1 << 12;

    private static final int REFERENCE_BYTES = 4;
    private static final int FRAME_TEXT_BYTES = 120;
    private static final int FRAME_IDENTITY_BYTES = Short.BYTES + Integer.BYTES + REFERENCE_BYTES;

    /** The agent's and the JDK's frames that stand on every stack, at least: they are not the code path's. */
    private static final int FRAMES_ABOVE = 6;

    /** One code path has several stacks where the JDK's frames above it, or the byte code of a line, differ. */
    private static final int ENTRIES_PER_PATH = 8;

    private final int limit;
    private final int depth;
    private final List<String> app;
    private final int hashedFrames;
    private final int maxEntries;
    private final @Nullable BacktraceReader reader;
    private final Governor governor;

    private final AtomicInteger entries = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable Entry> buckets = new AtomicReferenceArray<>(BUCKETS);
    private final ConcurrentHashMap<List<String>, CodePath> byFrames = new ConcurrentHashMap<>();
    private final List<CodePath> all = new CopyOnWriteArrayList<>();

    private volatile @Nullable KnownStacks known;
    private volatile @Nullable CodePath notLookedAt;

    private final CodePath other;
    private final CodePath collector;
    private final CodePath preexisting;

    /** Looks at every stack. */
    CodePaths(int limit, int depth, List<String> app, BacktraceReader reader) {
        this(limit, depth, app, reader, Governor.never());
    }

    /**
     * @param limit how many code paths are kept apart
     * @param depth how many frames each keeps
     * @param app prefixes of the application's classes, or none
     * @param governor says which stacks are looked at
     */
    CodePaths(int limit, int depth, List<String> app, BacktraceReader reader, Governor governor) {
        this.governor = governor;
        this.limit = limit;
        this.depth = depth;
        this.app = List.copyOf(app);
        this.hashedFrames = Math.min(32, depth + FRAMES_ABOVE);
        this.maxEntries = limit * ENTRIES_PER_PATH;
        this.other = add("(other code paths)", List.of());
        this.collector = add("(garbage collector)", List.of());
        this.preexisting = add("(opened before the agent)", List.of());
        this.reader = Backtrace.understood(reader) ? reader : null;
    }

    CodePath current() {
        return current(System.nanoTime());
    }

    /**
     * The code path of the code that runs on this thread, or the one for all that are not looked at. The governor has a
     * say only where a stack is captured for the first time: to match one costs no more than to ask it, and notes are
     * verified whatever that costs, which is one capture in {@link KnownStacks#VERIFIED_ONE_IN} matches, and one for each
     * note in ten seconds.
     *
     * @param nowNanos by {@link System#nanoTime}
     */
    CodePath current(long nowNanos) {
        KnownStacks stacks = known;
        AtomicReference<@Nullable Note> place = stacks == null ? null : stacks.place();
        Note noted = place == null ? null : place.getAcquire();
        if (stacks != null && noted != null && KnownStacks.isFresh(noted, nowNanos) && !stacks.verifies()) {
            return noted.path();
        }
        if (noted == null && !governor.looks()) {
            return notLookedAt();
        }
        governor.looked();
        CodePath looked = look();
        if (stacks != null && place != null && looked != null) {
            stacks.learn(place, noted, looked, other, nowNanos);
        }
        return looked == null ? other : looked;
    }

    /** The code path of the code that runs on this thread; null where the JVM has no memory left to show it. */
    private @Nullable CodePath look() {
        BacktraceReader read = reader;
        if (read == null) {
            return intern(StackWalker.getInstance(StackWalker.Option.SHOW_REFLECT_FRAMES)
                    .walk(frames -> frames.map(StackFrame::toStackTraceElement).collect(Collectors.toList())));
        }
        Throwable here = new Throwable();
        Object raw = read.backtrace(here);
        if (raw == null) {
            return null;
        }
        int hash = Backtrace.hash(raw, hashedFrames);
        int bucket = hash & (BUCKETS - 1);
        for (Entry entry = buckets.get(bucket); entry != null; entry = entry.next) {
            if (entry.backtrace.matches(raw)) {
                return entry.path;
            }
        }
        List<StackTraceElement> stack = Arrays.asList(here.getStackTrace());
        CodePath path = intern(stack);
        if (entries.get() < maxEntries) {
            remember(bucket, Backtrace.keep(raw, StackText.decisiveFrames(stack, depth)), path);
        }
        return path;
    }

    /** From now on stacks are matched by this where that can be, and captured where it cannot. */
    public void matchBy(KnownStacks stacks) {
        known = stacks;
    }

    /** Made when it is needed, which it is where the agent costs much: a row of zeros would puzzle everybody else. */
    private CodePath notLookedAt() {
        CodePath made = notLookedAt;
        if (made == null) {
            made = intern(NOT_LOOKED_AT, List.of(), List.of(NOT_LOOKED_AT), Integer.MAX_VALUE);
            notLookedAt = made;
        }
        return made;
    }

    /** What closes sockets that the application lost. */
    public CodePath collector() {
        return collector;
    }

    /** Stands for all code paths past the limit. */
    CodePath other() {
        return other;
    }

    /** Stands for the code that opened what was open before the agent. */
    public CodePath preexisting() {
        return preexisting;
    }

    /** All of them, in the order of their ids, which start at 0 without a gap. */
    public List<CodePath> all() {
        return all;
    }

    /** Whether stacks are recognised by identity, or each is turned into text because this JVM's layout is not known. */
    public boolean fast() {
        return reader != null;
    }

    /** About how much memory is held: most of it is the frames' text. */
    long bytes() {
        long bytes = (long) BUCKETS * REFERENCE_BYTES;
        for (CodePath path : all) {
            bytes += Tallies.BYTES + (long) path.frames().size() * FRAME_TEXT_BYTES;
        }
        KnownStacks stacks = known;
        return bytes
                + (long) entries.get() * hashedFrames * FRAME_IDENTITY_BYTES
                + (stacks == null ? 0 : stacks.bytes());
    }

    /** How many stacks are remembered. */
    int entries() {
        return entries.get();
    }

    void reset() {
        all.forEach(CodePath::reset);
    }

    private CodePath intern(List<StackTraceElement> stack) {
        List<String> frames = StackText.frames(stack, depth);
        CodePath known = byFrames.get(frames);
        if (known != null) {
            return known;
        }
        return all.size() >= limit ? other : intern(StackText.name(stack, depth, app), frames, frames, limit);
    }

    /** The one of this key, which for a stack are its frames. */
    private CodePath intern(String name, List<String> frames, List<String> key, int most) {
        CodePath added = byFrames.computeIfAbsent(key, k -> addWithinLimit(name, frames, most));
        return added == null ? other : added;
    }

    private synchronized @Nullable CodePath addWithinLimit(String name, List<String> frames, int most) {
        return all.size() >= most ? null : add(name, frames);
    }

    private CodePath add(String name, List<String> frames) {
        CodePath path = new CodePath(all.size(), name, frames);
        all.add(path);
        return path;
    }

    /** Puts it first in its bucket, where the same code of an unloaded class loader stands too and is taken out. */
    private void remember(int bucket, Backtrace backtrace, CodePath path) {
        Entry head;
        Entry living;
        do {
            head = buckets.get(bucket);
            living = living(head);
        } while (!buckets.compareAndSet(bucket, head, new Entry(backtrace, path, living)));
        entries.addAndGet(1 + length(living) - length(head));
    }

    private static @Nullable Entry living(@Nullable Entry head) {
        Entry living = null;
        boolean allLive = true;
        for (Entry entry = head; entry != null; entry = entry.next) {
            if (entry.backtrace.dead()) {
                allLive = false;
            } else {
                living = new Entry(entry.backtrace, entry.path, living);
            }
        }
        return allLive ? head : living;
    }

    private static int length(@Nullable Entry head) {
        int length = 0;
        for (Entry entry = head; entry != null; entry = entry.next) {
            length++;
        }
        return length;
    }
}
