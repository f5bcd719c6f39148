package dev.tcphealth.cli;

import java.io.FileDescriptor;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whoever reads what this command prints. That nobody does any more a program learns by writing, and this one has nothing
 * to write for hours: so the kernel is asked with poll(2), which reports POLLERR for a pipe without a reader. The JDK
 * calls it for its channels; the manifest of the agent's jar opens that package to the command line, nowhere else.
 * Where it is closed the reader is missed at the next line.
 */
final class Reader {
    /** POLLERR, POLLHUP and POLLNVAL of poll(2): reported without being asked for. */
    private static final int GONE = 0x8 | 0x10 | 0x20;

    private static final @Nullable Method POLL = poll();

    private final PrintStream out;

    Reader(PrintStream out) {
        this.out = out;
    }

    /** Whether the kernel says so now. */
    static boolean gone() {
        return polled(0).orElse(false);
    }

    /** Waits so long, or until the reader has gone: then it is true. */
    boolean goneWithin(long millis) throws InterruptedException {
        if (out.checkError()) {
            return true;
        }
        Optional<Boolean> gone = polled(millis);
        if (gone.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(millis);
        }
        return gone.orElse(false);
    }

    /** Empty where it cannot be asked. */
    private static Optional<Boolean> polled(long millis) {
        try {
            return POLL == null
                    ? Optional.empty()
                    : Optional.of(((int) POLL.invoke(null, FileDescriptor.out, 0, millis) & GONE) != 0);
        } catch (IllegalAccessException | InvocationTargetException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Method poll() {
        try {
            Method poll = Class.forName("sun.nio.ch.Net")
                    .getDeclaredMethod("poll", FileDescriptor.class, int.class, long.class);
            return poll.trySetAccessible() ? poll : null;
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
