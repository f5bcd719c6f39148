package dev.tcphealth.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The other end of {@link LossApp}: takes what comes, replies if it is asked to, and closes after the other or, if asked to, first. {@code
 * listen ADDRESS [PORT]} gives its port, {@code connect ADDRESS PORT TIMES} connects so often, all at once.
 */
public final class LossPeer {

    private LossPeer() {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("listen")) {
                int port = words.length > 2 ? Integer.parseInt(words[2]) : 0;
                ServerSocket server = new ServerSocket(port, 1000, InetAddress.getByName(words[1]));
                start(() -> accept(server));
                System.out.println(server.getLocalPort());
            } else {
                for (int i = 0; i < Integer.parseInt(words[3]); i++) {
                    start(() -> take(new Socket(words[1], Integer.parseInt(words[2]))));
                }
                System.out.println("done");
            }
        }
    }

    private static void accept(ServerSocket server) throws IOException {
        while (true) {
            Socket socket = server.accept();
            start(() -> take(socket));
        }
    }

    private static void take(Socket socket) throws IOException {
        try (socket) {
            InputStream in = socket.getInputStream();
            int first = in.read();
            if (first == LossApp.CLOSE_FIRST) {
                return;
            }
            in.readNBytes(LossApp.BYTES - 1);
            if (first == LossApp.WANTS_REPLY) {
                socket.getOutputStream().write('.');
            }
            while (in.read() >= 0) {
                // until the other end has closed
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                System.err.println(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
