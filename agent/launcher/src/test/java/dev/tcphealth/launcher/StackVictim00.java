package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;

/**
 * Opens a channel a few frames deep. {@link StacksApp} defines it again and again: under names of the same length, by
 * loaders that are dropped, or with another source file in place of itself.
 */
final class StackVictim00 implements Runnable {

    @Override
    public void run() {
        down(3);
    }

    private static void down(int frames) {
        if (frames > 0) {
            down(frames - 1);
        } else {
            open();
        }
    }

    private static void open() {
        try {
            SocketChannel channel = SocketChannel.open();
            StacksApp.count(new Throwable());
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
