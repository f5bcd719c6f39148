package dev.tcphealth.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * An application that connects, by a code path for each kind of socket, and keeps what it gets. {@code KIND HOST PORT
 * MILLIS TIMES} answers with how many connections that gave, and the last exception.
 */
public final class ConnectsApp {

    private static final List<AutoCloseable> KEPT = new ArrayList<>();

    private ConnectsApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(ConnectsApp::answer);
    }

    private static String answer(String[] words) throws Exception {
        if (words.length < 5) {
            if (words[0].equals("closeAll")) {
                for (AutoCloseable one : KEPT) {
                    one.close();
                }
                KEPT.clear();
                return "done";
            }
            return SocketApp.mbeans(words);
        }
        InetSocketAddress to = new InetSocketAddress(words[1], Integer.parseInt(words[2]));
        int millis = Integer.parseInt(words[3]);
        int made = 0;
        String last = "";
        for (int i = 0; i < Integer.parseInt(words[4]); i++) {
            try {
                connect(words[0], to, millis);
                made++;
            } catch (IOException | ExecutionException e) {
                last = " " + e;
            }
        }
        return made + last;
    }

    private static void connect(String kind, InetSocketAddress to, int millis) throws Exception {
        switch (kind) {
            case "socket" -> bySocket(to, millis);
            case "channel" -> byChannel(to);
            case "adaptor" -> byAdaptor(to, millis);
            case "selector" -> bySelector(to);
            case "asynchronous" -> byAsynchronous(to);
            case "http" -> byHttp(to);
            default -> throw new IllegalArgumentException(kind);
        }
    }

    private static void bySocket(InetSocketAddress to, int millis) throws IOException {
        Socket socket = new Socket();
        socket.connect(to, millis);
        KEPT.add(socket);
    }

    private static void byChannel(InetSocketAddress to) throws IOException {
        KEPT.add(SocketChannel.open(to));
    }

    private static void byAdaptor(InetSocketAddress to, int millis) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.socket().connect(to, millis);
        KEPT.add(channel);
    }

    private static void bySelector(InetSocketAddress to) throws IOException {
        try (Selector selector = Selector.open()) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            boolean connected = channel.connect(to);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            while (!connected) {
                selector.select();
                connected = channel.finishConnect();
            }
            key.cancel();
            selector.selectNow();
            KEPT.add(channel);
        }
    }

    private static void byAsynchronous(InetSocketAddress to) throws Exception {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channel.connect(to).get();
        KEPT.add(channel);
    }

    private static void byHttp(InetSocketAddress to) throws Exception {
        HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + to.getHostString() + ":" + to.getPort()))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }
}
