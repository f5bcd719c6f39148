package dev.tcphealth.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/** An application that listens and does not accept; and one whose connections live as long as they are told. */
public final class ListenersApp {

    private static final List<AutoCloseable> KEPT = new ArrayList<>();

    private ListenersApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(ListenersApp::answer);
    }

    private static String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "server" -> server(Integer.parseInt(words[1]));
            case "channel" -> channel(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "connect" -> connect(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "brief" -> brief(Integer.parseInt(words[1]), 10);
            case "long" -> lengthy(Integer.parseInt(words[1]), 300);
            default -> SocketApp.mbeans(words);
        };
    }

    private static String server(int backlog) throws IOException {
        ServerSocket server = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
        KEPT.add(server);
        return Integer.toString(server.getLocalPort());
    }

    private static String channel(int port, int backlog) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), backlog);
        KEPT.add(channel);
        return Integer.toString(((InetSocketAddress) channel.getLocalAddress()).getPort());
    }

    /** How many of these were established. */
    private static String connect(int port, int times) throws IOException {
        int made = 0;
        for (int i = 0; i < times; i++) {
            Socket socket = new Socket();
            KEPT.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                made++;
            } catch (SocketTimeoutException e) {
                // The queue is full.
            }
        }
        return Integer.toString(made);
    }

    private static String brief(int port, int millis) throws Exception {
        for (int i = 0; i < 5; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write('.');
                Thread.sleep(millis);
            }
        }
        return "done";
    }

    private static String lengthy(int port, int millis) throws Exception {
        for (int i = 0; i < 3; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write('.');
                Thread.sleep(millis);
            }
        }
        return "done";
    }
}
