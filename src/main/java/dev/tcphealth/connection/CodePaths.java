package dev.tcphealth.connection;

import dev.tcphealth.connection.KnownStacks.Note;
import java.lang.StackWalker.StackFrame;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every code path, interned and bounded: where there is no room, new ones count under {@code (other code paths)}. Idle ones
 * make room, and their totals are added to that row.
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

    /** The name of the code path of events whose stack was not captured. */
    public static final String NOT_CAPTURED = "(not captured: max-overhead)";

    /** The same of connections that were accepted: what becomes of them is not what becomes of those opened. */
    public static final String ACCEPTED_NOT_CAPTURED = "(accepted, not captured: max-overhead)";

    /** How many rows there are beyond the limit. */
    private static final int EXTRA = 2;

    /** The id of the row for all code paths that have none of their own. */
    public static final int OTHER_ID = 0;

    private static final int BUCKETS = 1 << 12;

    private static final int REFERENCE_BYTES = 4;
    private static final int FRAME_TEXT_BYTES = 120;
    private static final int FRAME_IDENTITY_BYTES = Short.BYTES + Integer.BYTES + REFERENCE_BYTES;

    /** The agent's and the JDK's frames that stand on every stack, at least: they are not the code path's. */
    private static final int FRAMES_ABOVE = 6;

    /** One code path has several stacks where the JDK's frames above it, or the byte code of a line, differ. */
    private static final int ENTRIES_PER_PATH = 8;

    private final int depth;
    private final List<String> app;
    private final int hashedFrames;
    private final int maxEntries;
    private final @Nullable BacktraceReader reader;
    private final Governor governor;

    private final AtomicInteger entries = new AtomicInteger();
    private final AtomicReferenceArray<@Nullable Entry> buckets = new AtomicReferenceArray<>(BUCKETS);
    private final ConcurrentHashMap<List<String>, CodePath> byFrames = new ConcurrentHashMap<>();
    private final Slots<CodePath> slots;
    private final AtomicInteger ids = new AtomicInteger();

    /** Whether a stack is remembered that had to count under the row for all others. */
    private volatile boolean turnedAway;

    private volatile @Nullable KnownStacks known;
    private final AtomicReference<@Nullable CodePath> notCaptured = new AtomicReference<>();
    private final AtomicReference<@Nullable CodePath> acceptedNotCaptured = new AtomicReference<>();

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
        this.depth = depth;
        this.app = List.copyOf(app);
        this.hashedFrames = Math.min(32, depth + FRAMES_ABOVE);
        this.maxEntries = limit * ENTRIES_PER_PATH;
        this.slots = new Slots<>(limit, EXTRA);
        this.other = special("(other code paths)", slots.claim());
        this.collector = special("(garbage collector)", slots.claim());
        this.preexisting = special("(opened before the agent)", slots.claim());
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
            return notCaptured();
        }
        governor.looked();
        CodePath looked = noted == null ? standsForOthers(look()) : look();
        if (stacks != null && place != null && looked != null) {
            stacks.learn(place, noted, looked, other, nowNanos);
        }
        return looked == null ? other : looked;
    }

    /** The code path of the code that accepts a connection on this thread. */
    CodePath accepting(long nowNanos) {
        CodePath path = current(nowNanos);
        return path.name().equals(NOT_CAPTURED) ? made(acceptedNotCaptured, ACCEPTED_NOT_CAPTURED, 1) : path;
    }

    /** Whether this is the name of a row for what was not captured. */
    public static boolean isNotCaptured(String name) {
        return name.equals(NOT_CAPTURED) || name.equals(ACCEPTED_NOT_CAPTURED);
    }

    /** While one stack in n is captured, the one that is stands for n - 1 others, which count as not captured. */
    private @Nullable CodePath standsForOthers(@Nullable CodePath looked) {
        int others = governor.oneIn() - 1;
        if (others > 0 && looked != null) {
            looked.standsFor.add(others);
        }
        return looked;
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
            if (!entry.path.retired() && entry.backtrace.matches(raw)) {
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
    private CodePath notCaptured() {
        return made(notCaptured, NOT_CAPTURED, 0);
    }

    private CodePath made(AtomicReference<@Nullable CodePath> place, String name, int extra) {
        CodePath made = place.get();
        return made == null ? make(place, name, extra) : made;
    }

    private CodePath make(AtomicReference<@Nullable CodePath> place, String name, int extra) {
        int slot = slots.extra(extra);
        CodePath made = new CodePath(ids.getAndIncrement(), slot, slot, name, List.of(), null);
        CodePath before = place.compareAndExchange(null, made);
        if (before != null) {
            return before;
        }
        slots.put(made);
        return made;
    }

    /** What closes sockets that the application lost. */
    public CodePath collector() {
        return collector;
    }

    /** Stands for all code paths there is no room for. */
    public CodePath other() {
        return other;
    }

    /** Stands for the code that opened what was open before the agent. */
    public CodePath preexisting() {
        return preexisting;
    }

    /** All of them, by slot. */
    public List<CodePath> all() {
        return slots.all();
    }

    /** The code path of a reference; the one for all others where it was retired. */
    CodePath get(int ref) {
        CodePath found = slots.get(ref);
        return found == null ? other : found;
    }

    /** The slot of a reference: that of the row for all others where it was retired. */
    public int slot(int ref) {
        return get(ref).slot();
    }

    /** Whether counts of a retired code path may still come. */
    boolean anyLeaving() {
        return slots.anyLeaving();
    }

    /** How many made room until now. */
    public long retired() {
        return slots.retired();
    }

    /**
     * Makes room where it is scarce; for the one sampler to call, once a sample.
     *
     * @param keep tells those that have a socket or a finding
     */
    void makeRoom(int sample, Predicate<CodePath> keep) {
        List<CodePath> leaving = slots.makeRoom(sample, path -> path.frames().isEmpty() || keep.test(path), path -> {});
        leaving.forEach(path -> byFrames.remove(path.frames(), path));
        if (!leaving.isEmpty() || (turnedAway && slots.hasRoom())) {
            turnedAway = false;
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                forget(bucket);
            }
        }
    }

    /** Forgets the stacks of a bucket that lead to no code path of their own. */
    private void forget(int bucket) {
        Entry head;
        Entry living;
        do {
            head = buckets.get(bucket);
            living = living(head);
        } while (!buckets.compareAndSet(bucket, head, living));
        entries.addAndGet(length(living) - length(head));
    }

    /** Whether stacks are recognised by identity, or each is turned into text because this JVM's layout is not known. */
    public boolean fast() {
        return reader != null;
    }

    /** About how much memory is held: most of it is the frames' text. */
    long bytes() {
        long bytes = (long) BUCKETS * REFERENCE_BYTES;
        for (CodePath path : all()) {
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
        all().forEach(CodePath::reset);
    }

    private CodePath intern(List<StackTraceElement> stack) {
        List<String> frames = StackText.frames(stack, depth);
        CodePath known = byFrames.get(frames);
        if (known != null) {
            return known;
        }
        if (!slots.admits(frames.hashCode())) {
            return other;
        }
        CodePath made = byFrames.computeIfAbsent(frames, key -> make(StackText.name(stack, depth, app), frames));
        return made == null ? other : made;
    }

    private @Nullable CodePath make(String name, List<String> frames) {
        int ref = slots.claim();
        if (ref == Slots.NONE) {
            return null;
        }
        CodePath path = new CodePath(ids.getAndIncrement(), ref, slots.slotOf(ref), name, frames, other);
        slots.put(path);
        return path;
    }

    /** One that is no stack's, and is never retired. */
    private CodePath special(String name, int slot) {
        CodePath path = new CodePath(ids.getAndIncrement(), slot, slot, name, List.of(), null);
        slots.put(path);
        return path;
    }

    /** Puts it first in its bucket, where the same code of an unloaded class loader stands too and is taken out. */
    private void remember(int bucket, Backtrace backtrace, CodePath path) {
        if (path.equals(other)) {
            turnedAway = true;
        }
        Entry head;
        Entry living;
        do {
            head = buckets.get(bucket);
            living = living(head);
        } while (!buckets.compareAndSet(bucket, head, new Entry(backtrace, path, living)));
        entries.addAndGet(1 + length(living) - length(head));
    }

    private @Nullable Entry living(@Nullable Entry head) {
        Entry living = null;
        boolean allLive = true;
        for (Entry entry = head; entry != null; entry = entry.next) {
            if (entry.backtrace.dead() || entry.path.retired() || (entry.path.equals(other) && !turnedAway)) {
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
