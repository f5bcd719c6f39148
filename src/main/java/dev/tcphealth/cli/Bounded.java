package dev.tcphealth.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Reading what another process has made, which may be endless, and may never come. */
final class Bounded {
    /** The kernel lets nobody start a program with more arguments and variables than this, unless limits are raised. */
    static final int ARGUMENTS_BYTES = 2 * 1024 * 1024;

    /** For 500,000 mappings, where most kernels allow 65,530. */
    static final int MAPS_BYTES = 64 * 1024 * 1024;

    private static final long STACK_BYTES = 512 * 1024;

    private Bounded() {}

    /** The first bytes of a file in /proc, and no more. */
    static byte[] read(Path file, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(bytes);
        }
    }

    /**
     * Starts something on a thread that may be left behind: opening a FIFO, or reading the arguments of a process whose
     * memory is a file of its own making, takes as long as that process likes.
     */
    static <T> FutureTask<T> start(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(null, future, "tcp-health reading", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        return future;
    }
}
