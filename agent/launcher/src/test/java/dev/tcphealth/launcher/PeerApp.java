package dev.tcphealth.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * The other end: accepts, reads to the end and closes then; or closes first, if that is what the first byte asks for.
 * Prints its port, and lives until its standard input ends.
 */
public final class PeerApp {

    static final int CLOSE_FIRST = 'x';

    private PeerApp() {}

    public static void main(String[] args) throws IOException {
        ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(() -> serve(server), "acceptor");
        acceptor.setDaemon(true);
        acceptor.start();
        System.out.println(server.getLocalPort());
        while (System.in.read() >= 0) {
            // nothing is asked of it
        }
    }

    private static void serve(ServerSocket server) {
        try {
            while (true) {
                try (Socket socket = server.accept()) {
                    int read = socket.getInputStream().read();
                    while (read >= 0 && read != CLOSE_FIRST) {
                        read = socket.getInputStream().read();
                    }
                } catch (IOException e) {
                    if (server.isClosed()) {
                        return;
                    }
                }
            }
        } finally {
            System.out.flush();
        }
    }
}
