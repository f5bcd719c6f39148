package dev.tcphealth.kernel;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;

/**
 * Descriptors kept open so that the agent can still read /proc and ask the kernel when the process has used all it may
 * have: one is closed right before a file is opened that finds none left, and taken back as soon as that is closed. Not
 * thread-safe.
 *
 * <p>Between the two any thread of the application may be faster. Then there is one less in reserve until one is free.
 */
public final class DescriptorReserve implements AutoCloseable {

    /** Opens a file. */
    @FunctionalInterface
    interface Opening<T> {
        T open() throws IOException;
    }

    private final int wanted;
    private final Deque<FileInputStream> kept = new ArrayDeque<>();
    private boolean closed;

    /** @param wanted how many to keep, from now on if there are so many */
    public DescriptorReserve(int wanted) {
        this.wanted = wanted;
        refill();
    }

    /** One that is always empty. */
    static DescriptorReserve none() {
        return new DescriptorReserve(0);
    }

    /** How many there are now. */
    int size() {
        return kept.size();
    }

    /** Opens something, with a descriptor from here where none is left otherwise. */
    <T> T open(Opening<T> opening) throws IOException {
        refill();
        try {
            return opening.open();
        } catch (IOException e) {
            if (!isExhausted() || !releaseOne()) {
                throw e;
            }
            return opening.open();
        }
    }

    /** The same for a system call that gives -EMFILE where none is left. */
    int call(IntSupplier call) {
        refill();
        int result = call.getAsInt();
        return result == -NativeSockets.EMFILE && releaseOne() ? call.getAsInt() : result;
    }

    /** Takes back what was given away, as far as there are descriptors. */
    private void refill() {
        while (!closed && kept.size() < wanted) {
            try {
                kept.push(open());
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Whatever an error's text is in the user's language. */
    private boolean isExhausted() {
        if (kept.isEmpty()) {
            return false;
        }
        try (FileInputStream spare = open()) {
            return spare.available() > 0;
        } catch (IOException e) {
            return true;
        }
    }

    private static FileInputStream open() throws IOException {
        return new FileInputStream("/dev/null");
    }

    private boolean releaseOne() {
        FileInputStream one = kept.poll();
        if (one == null) {
            return false;
        }
        try {
            one.close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        while (!kept.isEmpty()) {
            releaseOne();
        }
    }
}
