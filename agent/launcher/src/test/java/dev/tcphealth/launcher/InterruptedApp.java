package dev.tcphealth.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Uses sockets and channels on a thread that is interrupted, and prints what it sees; then does as {@link EarlyApp}. */
public final class InterruptedApp {

    private InterruptedApp() {}

    public static void main(String[] args) throws Exception {
        for (int i = 0; i < 3; i++) {
            Thread.currentThread().interrupt();
            EarlyApp.traffic();
            System.out.println("socket " + Thread.interrupted());
            System.out.println("channel " + channel() + " " + Thread.interrupted());
        }
        EarlyApp.main(new String[] {EarlyApp.When.FIRST.name()});
    }

    private static String channel() throws IOException {
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open()) {
            Thread.currentThread().interrupt();
            client.connect(server.getLocalAddress());
            return "connected";
        } catch (IOException e) {
            return e.getClass().getName();
        }
    }
}
