package dev.tcphealth.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Uses sockets in its first statement, for {@link Startup}: one connection, connected, accepted and closed. */
public final class FirstSocketApp {

    private FirstSocketApp() {}

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            System.out.println(client.getLocalPort() == accepted.getPort());
        }
    }
}
