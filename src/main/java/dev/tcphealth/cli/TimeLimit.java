package dev.tcphealth.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a command to its deadline and no longer, whatever it waits for: opening a FIFO, or reading a file of /proc whose
 * process keeps the kernel waiting, cannot be ended in another way. What is left behind ends with this JVM.
 */
final class TimeLimit {
    /** For a command that sees itself that it is late, and has more to say of it. */
    static final long GRACE_MILLIS = 3000;

    private TimeLimit() {}

    static CommandFailure late(long pid, Deadline deadline) {
        return new CommandFailure(
                ExitCode.NOT_ATTACHABLE,
                "process " + pid + " could not be looked into within " + deadline.seconds()
                        + " s: something it has keeps this command waiting.");
    }

    static <T> T run(long pid, Deadline deadline, Callable<T> command) throws CommandFailure {
        FutureTask<T> task = new FutureTask<>(command);
        Thread thread = new Thread(task, "tcp-health command");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(deadline.remainingMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            throw late(pid, deadline);
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.NOT_ATTACHABLE, "interrupted.");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CommandFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
