package dev.tcphealth.connection;

import dev.tcphealth.connection.CodePaths.BacktraceReader;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a stack without its text: what HotSpot leaves in {@code Throwable.backtrace}, a chain of chunks of 32
 * frames with the method's number, the byte code index and the class of each (BacktraceBuilder in
 * hotspot/share/classfile/javaClasses.cpp, alike on JDK 17 and 25 but for where the next chunk stands).
 *
 * <p>Comparing two such stacks costs a nanosecond or two a frame; turning one into StackTraceElements costs 9 us at depth
 * 60. Whether this JVM lays it out like that is tried once, by {@link #understood}, before anything relies on it.
 */
final class Backtrace {

    private static final int METHODS = 0;
    private static final int BCIS = 1;
    private static final int MIRRORS = 2;
    private static final int FIRST_AFTER_NAMES = 4;
    private static final int FRAMES_IN_CHUNK = 32;

    private static final Set<ClassLoader> LASTING_LOADERS = Set.copyOf(Arrays.asList(
            ClassLoader.getSystemClassLoader(),
            ClassLoader.getPlatformClassLoader(),
            Backtrace.class.getClassLoader()));

    private final short[] methods;
    private final int[] bcis;

    /**
     * The class of each frame: itself where it stays as long as the JVM, else by a weak reference, so that no
     * application's class loader is held. A reference object for each would be a cache line for each to look at.
     */
    private final Object[] classes;

    /** No frame follows the last one kept. */
    private final boolean whole;

    private Backtrace(short[] methods, int[] bcis, Object[] classes, boolean whole) {
        this.methods = methods;
        this.bcis = bcis;
        this.classes = classes;
        this.whole = whole;
    }

    /** Keeps the first frames of a raw backtrace. */
    static Backtrace keep(Object raw, int frames) {
        short[] methods = new short[frames];
        int[] bcis = new int[frames];
        Object[] classes = new Object[frames];
        int kept = 0;
        Object @Nullable [] chunk = (Object[]) raw;
        while (chunk != null && kept < frames) {
            Object[] mirrors = (Object[]) chunk[MIRRORS];
            int inChunk = 0;
            while (inChunk < mirrors.length && kept < frames && mirrors[inChunk] != null) {
                methods[kept] = ((short[]) chunk[METHODS])[inChunk];
                bcis[kept] = ((int[]) chunk[BCIS])[inChunk];
                Object mirror = mirrors[inChunk];
                classes[kept] = staysLoaded((Class<?>) mirror) ? mirror : new WeakReference<>(mirror);
                kept++;
                inChunk++;
            }
            chunk = inChunk == mirrors.length ? next(chunk) : null;
        }
        if (kept < frames) {
            throw new IllegalArgumentException("a backtrace of " + kept + " frames, not " + frames);
        }
        return new Backtrace(methods, bcis, classes, !hasFrame(raw, frames));
    }

    /** A hash of the first frames, at most as many as asked for. */
    static int hash(Object raw, int frames) {
        int hash = 1;
        int left = frames;
        Object @Nullable [] chunk = (Object[]) raw;
        while (chunk != null && left > 0) {
            short[] methods = (short[]) chunk[METHODS];
            int[] bcis = (int[]) chunk[BCIS];
            int length = Math.min(left, methods.length);
            for (int i = 0; i < length; i++) {
                hash = hash * 31 + (methods[i] * 0x9e3779b1 ^ bcis[i]);
            }
            left -= length;
            chunk = next(chunk);
        }
        return hash ^ (hash >>> 15);
    }

    /** Whether a raw backtrace begins with these frames and, where they were a whole stack, ends with them. */
    boolean matches(Object raw) {
        int at = 0;
        Object @Nullable [] chunk = (Object[]) raw;
        while (at < methods.length) {
            if (chunk == null) {
                return false;
            }
            Object[] rawMirrors = (Object[]) chunk[MIRRORS];
            int length = Math.min(methods.length - at, rawMirrors.length);
            if (Arrays.mismatch((int[]) chunk[BCIS], 0, length, bcis, at, at + length) >= 0
                    || Arrays.mismatch((short[]) chunk[METHODS], 0, length, methods, at, at + length) >= 0) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (!isClass(classes[at + i], rawMirrors[i])) {
                    return false;
                }
            }
            at += length;
            chunk = next(chunk);
        }
        return !whole || !hasFrame(raw, at);
    }

    @SuppressWarnings("ReferenceEquality") // classes are what they are
    private static boolean isClass(Object kept, @Nullable Object mirror) {
        return kept == mirror
                || (mirror != null && kept instanceof WeakReference<?> reference && refersTo(reference, mirror));
    }

    @SuppressWarnings("unchecked") // to be asked whether it refers to something, it need not be able to
    private static boolean refersTo(WeakReference<?> reference, @Nullable Object object) {
        return ((WeakReference<Object>) reference).refersTo(object);
    }

    /** Whether a class is of a loader that lives as long as the JVM, or as the agent. */
    private static boolean staysLoaded(Class<?> type) {
        try {
            ClassLoader loader = type.getClassLoader();
            return !type.isHidden() && (loader == null || LASTING_LOADERS.contains(loader));
        } catch (SecurityException e) {
            return false; // the application has a SecurityManager and does not let us know
        }
    }

    /** Whether this JVM lays a backtrace out as expected, tried on a stack of more than two chunks. */
    static boolean understood(BacktraceReader reader) {
        Throwable probe = deep(2 * FRAMES_IN_CHUNK);
        try {
            Object raw = reader.backtrace(probe);
            return raw != null && describes(raw, probe.getStackTrace());
        } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException | IllegalArgumentException e) {
            return false;
        }
    }

    private static Throwable deep(int frames) {
        return frames == 0 ? new Throwable() : deep(frames - 1);
    }

    private static boolean describes(Object raw, StackTraceElement[] stack) {
        if (stack.length == 0 || hasFrame(raw, stack.length)) {
            return false;
        }
        Backtrace kept = keep(raw, stack.length);
        for (int i = 0; i < stack.length; i++) {
            Object type = kept.classes[i] instanceof WeakReference<?> reference ? reference.get() : kept.classes[i];
            if (!(type instanceof Class<?> known) || !known.getName().equals(stack[i].getClassName())) {
                return false;
            }
        }
        return kept.matches(raw);
    }

    /** Whether a class of its frames was unloaded, so that it matches nothing any more. */
    boolean dead() {
        for (Object type : classes) {
            if (type instanceof WeakReference<?> reference && refersTo(reference, null)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasFrame(Object raw, int index) {
        int left = index;
        Object @Nullable [] chunk = (Object[]) raw;
        while (chunk != null) {
            Object[] mirrors = (Object[]) chunk[MIRRORS];
            if (left < mirrors.length) {
                return mirrors[left] != null;
            }
            left -= mirrors.length;
            chunk = next(chunk);
        }
        return false;
    }

    private static Object @Nullable [] next(Object[] chunk) {
        for (int i = FIRST_AFTER_NAMES; i < chunk.length; i++) {
            if (chunk[i] instanceof Object[] next) {
                return next;
            }
        }
        return null;
    }
}
