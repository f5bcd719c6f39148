package dev.tcphealth.launcher;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.management.Attribute;
import javax.management.ObjectName;

/**
 * An application whose three code paths open connections without end, in the background, until it is told to pause. Of
 * each path's connections one in three is closed by the peer first and then kept, in CLOSE_WAIT, until five more are.
 */
public final class EverySampleApp {

    private static final int THREADS_PER_PATH = 4;
    private static final int KEPT_PER_THREAD = 5;
    private static final int BYTES = 4_000;

    private static final Object LOCK = new Object();
    private static boolean paused;
    private static int busy;
    private static long opened;

    private EverySampleApp() {}

    public static void main(String[] args) throws IOException {
        ServerSocket server = new ServerSocket(0, 1000, InetAddress.getByName(args[0]));
        Dialogue.with(words -> answer(words, server));
    }

    /** What opens a connection: the code path. */
    private interface Opener {
        Socket open(String host, int port) throws IOException;
    }

    /** {@code begin PATH HOST PORT}, {@code pause}, {@code resume}, {@code opened}, {@code port}, {@code accepting TIMES}, {@code set} */
    private static String answer(String[] words, ServerSocket server) throws Exception {
        switch (words[0]) {
            case "begin" -> {
                for (int i = 0; i < THREADS_PER_PATH; i++) {
                    Thread thread = new Thread(() -> run(opener(words[1]), words[2], Integer.parseInt(words[3])));
                    thread.setDaemon(true);
                    thread.start();
                }
            }
            case "pause" -> pause();
            case "resume" -> resume();
            case "opened" -> {
                synchronized (LOCK) {
                    return Long.toString(opened);
                }
            }
            case "port" -> {
                return Integer.toString(server.getLocalPort());
            }
            case "accepting" -> {
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    accepting(server);
                }
            }
            case "set" ->
                ManagementFactory.getPlatformMBeanServer()
                        .setAttribute(
                                new ObjectName("tcphealth:" + words[1]),
                                new Attribute(words[2], Double.parseDouble(words[3])));
            default -> {
                return SocketApp.mbeans(words);
            }
        }
        return "done";
    }

    private static Opener opener(String path) {
        return switch (path) {
            case "first" -> EverySampleApp::first;
            case "second" -> EverySampleApp::second;
            case "third" -> EverySampleApp::third;
            default -> throw new IllegalArgumentException(path);
        };
    }

    private static Socket first(String host, int port) throws IOException {
        return new Socket(host, port);
    }

    private static Socket second(String host, int port) throws IOException {
        return new Socket(host, port);
    }

    private static Socket third(String host, int port) throws IOException {
        return new Socket(host, port);
    }

    private static void accepting(ServerSocket server) throws IOException {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write(new byte[BYTES]);
        }
    }

    private static void run(Opener opener, String host, int port) {
        Deque<Socket> kept = new ArrayDeque<>();
        try {
            for (int i = 0; ; i++) {
                enter();
                Socket socket = opener.open(host, port);
                if (i % 3 != 2) {
                    socket.getOutputStream().write(new byte[BYTES]);
                    socket.close();
                } else {
                    socket.getOutputStream().write(LossApp.CLOSE_FIRST);
                    while (socket.getInputStream().read() >= 0) {
                        // until the peer has closed
                    }
                    kept.add(socket);
                    if (kept.size() > KEPT_PER_THREAD) {
                        kept.remove().close();
                    }
                }
                leave();
            }
        } catch (IOException | InterruptedException e) {
            // Whoever waits for this thread to be done will say so.
            System.err.println(e);
        }
    }

    private static void enter() throws InterruptedException {
        synchronized (LOCK) {
            while (paused) {
                LOCK.wait();
            }
            busy++;
            opened++;
        }
    }

    private static void leave() {
        synchronized (LOCK) {
            busy--;
            LOCK.notifyAll();
        }
    }

    /** Returns when no connection is being made or used. */
    private static void pause() throws InterruptedException {
        synchronized (LOCK) {
            paused = true;
            while (busy > 0) {
                LOCK.wait();
            }
        }
    }

    private static void resume() {
        synchronized (LOCK) {
            paused = false;
            LOCK.notifyAll();
        }
    }
}
