package dev.tcphealth.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The other end of many connections at once. As a server it does what the first byte says, and by default reads to
 * the end and closes then. As a client it does what a line of its standard input says. Prints its
 * port first, and lives until its standard input ends.
 */
public final class KindsPeer {

    /** Sent first, this makes it close at once. */
    static final int CLOSE_FIRST = 'x';

    /** Sent first, this makes it send back all it gets, this byte included. */
    static final int ECHO = 'e';

    /** Sent first, this makes it reset the connection. */
    static final int RESET = 'r';

    private KindsPeer() {}

    public static void main(String[] args) throws IOException {
        ServerSocket server = new ServerSocket(0, 4000, InetAddress.getByName("0.0.0.0"));
        daemon("acceptor", () -> serve(server));
        System.out.println(server.getLocalPort());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                connect(Integer.parseInt(words[1]), words[0].equals("reset"));
            }
            System.out.println("done");
        }
    }

    /** {@code connect PORT TIMES} stays until the other end closes, {@code reset PORT TIMES} resets at once. */
    private static void connect(int port, boolean reset) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        if (reset) {
            socket.setSoLinger(true, 0);
            socket.close();
        } else {
            daemon("client", () -> answer(socket));
        }
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                daemon("server", () -> answer(socket));
            } catch (IOException e) {
                System.err.println("the peer cannot accept: " + e);
            }
        }
    }

    private static void answer(Socket socket) {
        byte[] buffer = new byte[1 << 14];
        try (socket) {
            int read = socket.getInputStream().read(buffer);
            int wanted = read > 0 ? buffer[0] : 0;
            if (wanted == RESET) {
                socket.setSoLinger(true, 0);
            }
            while (read >= 0 && wanted != RESET && wanted != CLOSE_FIRST) {
                if (wanted == ECHO) {
                    socket.getOutputStream().write(buffer, 0, read);
                }
                read = socket.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // The other end has reset the connection, as some do here on purpose.
        }
    }

    private static void daemon(String name, Runnable runs) {
        Thread thread = new Thread(null, runs, name, 1 << 18);
        thread.setDaemon(true);
        thread.start();
    }
}
