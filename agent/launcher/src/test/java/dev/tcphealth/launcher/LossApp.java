package dev.tcphealth.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** An application that moves data by four code paths, one of which accepts. Does what each line says. */
public final class LossApp {

    /** Bytes of each connection, some twenty segments. */
    static final int BYTES = 30_000;

    static final int WANTS_REPLY = 1;

    /** As the first byte: the peer is to close. */
    static final int CLOSE_FIRST = 2;

    private static final int THREADS = 20;
    private static final List<ServerSocket> SERVERS = new ArrayList<>();

    private LossApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(LossApp::answer);
    }

    /** {@code PATH HOST PORT TIMES}, {@code listen} or {@code accepting TIMES} */
    private static String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "first" -> repeat(words[3], i -> first(words[1], Integer.parseInt(words[2]), i));
            case "second" -> repeat(words[3], i -> second(words[1], Integer.parseInt(words[2]), i));
            case "third" -> repeat(words[3], i -> third(words[1], Integer.parseInt(words[2]), i));
            case "accepting" -> repeat(words[1], i -> accepting());
            case "listen" -> {
                ServerSocket server = new ServerSocket(0, 1000, InetAddress.getByName(words[1]));
                SERVERS.add(server);
                yield Integer.toString(server.getLocalPort());
            }
            default -> SocketApp.mbeans(words);
        };
    }

    private static void first(String host, int port, int i) throws IOException {
        move(new Socket(host, port), i);
    }

    private static void second(String host, int port, int i) throws IOException {
        move(new Socket(host, port), i);
    }

    private static void third(String host, int port, int i) throws IOException {
        move(new Socket(host, port), i);
    }

    private static void accepting() throws IOException {
        move(SERVERS.get(0).accept(), 0);
    }

    /** Every other connection is closed as soon as all is written, with most of it still to be delivered. */
    private static void move(Socket socket, int i) throws IOException {
        try (socket) {
            byte[] bytes = new byte[BYTES];
            bytes[0] = (byte) (i % 2 == 0 ? 0 : WANTS_REPLY);
            socket.getOutputStream().write(bytes);
            if (bytes[0] == WANTS_REPLY) {
                socket.getInputStream().read();
            }
        }
    }

    private interface Mover {
        void move(int i) throws IOException;
    }

    private static String repeat(String times, Mover mover) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(times); i++) {
                int number = i;
                all.add(() -> {
                    mover.move(number);
                    return true;
                });
            }
            for (Future<Boolean> one : threads.invokeAll(all)) {
                one.get();
            }
        } finally {
            threads.shutdown();
        }
        return "done";
    }
}
