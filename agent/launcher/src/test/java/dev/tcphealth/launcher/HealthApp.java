package dev.tcphealth.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An application that misbehaves in one way after the other, each in a method of its own, for as long as it is told.
 * {@code WAY HOST PORT} begins, {@code stop} ends what was begun and puts right what can be.
 */
public final class HealthApp {

    private static final List<Socket> KEPT = Collections.synchronizedList(new ArrayList<>());
    private static final List<ServerSocket> SERVERS = new ArrayList<>();
    private static volatile boolean stopped;
    private static Thread worker = new Thread();

    private HealthApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(HealthApp::answer);
    }

    private static String answer(String[] words) throws Exception {
        switch (words[0]) {
            case "echo", "hangUp" -> {
                return serve(words[0].equals("echo"));
            }
            case "deaf" -> {
                ServerSocket server = new ServerSocket(0, 3, InetAddress.getLoopbackAddress());
                SERVERS.add(server);
                return Integer.toString(server.getLocalPort());
            }
            case "stop" -> {
                return stop();
            }
            case "jmx" -> {
                return SocketApp.mbeans(words);
            }
            default -> {
                InetSocketAddress to = new InetSocketAddress(words[1], Integer.parseInt(words[2]));
                stopped = false;
                worker = new Thread(() -> begin(words[0], to));
                worker.setDaemon(true);
                worker.start();
                return "begun";
            }
        }
    }

    private static void begin(String way, InetSocketAddress to) {
        try {
            switch (way) {
                case "keeps" -> keepsConnections(to);
                case "churns" -> churns(to);
                case "neverCloses" -> neverCloses(to);
                case "losesChannels" -> losesChannels(to);
                case "losesSockets" -> losesSockets(to);
                case "isRefused" -> isRefused(to);
                case "crowds" -> crowds(to);
                case "usesAllPorts" -> usesAllPorts(to);
                case "sends" -> sends(to);
                case "opensMany" -> opensMany(to);
                default -> System.err.println("no such way: " + way);
            }
        } catch (Exception e) {
            System.err.println(e);
        }
    }

    /** A few connections that are used all the time, and one new one now and then. */
    private static void keepsConnections(InetSocketAddress to) throws Exception {
        List<Socket> pool = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pool.add(new Socket(to.getAddress(), to.getPort()));
        }
        for (int round = 0; !stopped; round++) {
            for (Socket socket : pool) {
                socket.getOutputStream().write(round);
                socket.getInputStream().read();
            }
            if (round % 500 == 0) {
                pool.remove(0).close();
                pool.add(new Socket(to.getAddress(), to.getPort()));
                Thread.sleep(200);
            }
        }
        for (Socket socket : pool) {
            socket.close();
        }
    }

    private static void churns(InetSocketAddress to) throws Exception {
        while (!stopped) {
            try (Socket socket = new Socket(to.getAddress(), to.getPort())) {
                socket.getOutputStream().write('.');
                socket.getInputStream().read();
            }
            Thread.sleep(20);
        }
    }

    private static void neverCloses(InetSocketAddress to) throws Exception {
        for (int i = 0; i < 3; i++) {
            KEPT.add(new Socket(to.getAddress(), to.getPort()));
        }
    }

    private static void losesChannels(InetSocketAddress to) throws Exception {
        for (int i = 0; i < 3; i++) {
            SocketChannel.open(to);
        }
        collect();
    }

    private static void losesSockets(InetSocketAddress to) throws Exception {
        for (int i = 0; i < 3; i++) {
            Socket lost = new Socket(to.getAddress(), to.getPort());
            lost.getOutputStream().write('.');
        }
        collect();
    }

    private static void collect() throws InterruptedException {
        while (!stopped) {
            System.gc();
            Thread.sleep(100);
        }
    }

    private static void isRefused(InetSocketAddress to) throws Exception {
        while (!stopped) {
            try {
                new Socket(to.getAddress(), to.getPort()).close();
            } catch (ConnectException refused) {
                Thread.sleep(50);
            }
        }
    }

    /** More than the listener's queue holds. */
    private static void crowds(InetSocketAddress to) throws Exception {
        for (int i = 0; i < 6 && !stopped; i++) {
            Socket socket = new Socket();
            KEPT.add(socket);
            try {
                socket.connect(to, 300);
            } catch (SocketTimeoutException full) {
                // as it should be
            }
        }
    }

    private static void usesAllPorts(InetSocketAddress to) throws Exception {
        while (!stopped) {
            try {
                Socket socket = new Socket(to.getAddress(), to.getPort());
                socket.setSoLinger(true, 0);
                KEPT.add(socket);
            } catch (IOException none) {
                Thread.sleep(100);
            }
        }
    }

    private static void sends(InetSocketAddress to) throws Exception {
        byte[] some = new byte[10_000];
        try (Socket socket = new Socket(to.getAddress(), to.getPort())) {
            OutputStream out = socket.getOutputStream();
            while (!stopped) {
                out.write(some);
            }
        }
    }

    private static void opensMany(InetSocketAddress to) throws Exception {
        for (int i = 0; i < 120; i++) {
            Socket socket = new Socket(to.getAddress(), to.getPort());
            socket.setSoLinger(true, 0);
            KEPT.add(socket);
        }
    }

    private static String stop() throws Exception {
        stopped = true;
        worker.join();
        for (Socket socket : KEPT) {
            socket.close();
        }
        KEPT.clear();
        for (ServerSocket server : SERVERS) {
            server.close();
        }
        SERVERS.clear();
        return "stopped";
    }

    /** Answers each byte with itself until the other end closes, or closes at once. */
    private static String serve(boolean echo) throws IOException {
        ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(() -> accept(server, echo));
        accepting.setDaemon(true);
        accepting.start();
        return Integer.toString(server.getLocalPort());
    }

    private static void accept(ServerSocket server, boolean echo) {
        while (true) {
            try {
                Socket socket = server.accept();
                if (!echo) {
                    socket.close();
                    continue;
                }
                Thread thread = new Thread(() -> echo(socket));
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // no descriptor left, perhaps: the next may have one
            }
        }
    }

    private static void echo(Socket accepted) {
        try (Socket socket = accepted) {
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                socket.getOutputStream().write(b);
            }
        } catch (IOException reset) {
            // as the other end likes
        }
    }
}
