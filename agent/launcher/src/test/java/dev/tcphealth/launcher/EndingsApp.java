package dev.tcphealth.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * An application whose connections end in every way there is, one code path for each way. Does what each line of its
 * standard input says; {@link EndingsIT} knows what makes a way of it.
 */
public final class EndingsApp {

    private EndingsApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(EndingsApp::answer);
    }

    private static String answer(String[] words) throws Exception {
        switch (words[0]) {
            case "listen" -> {
                return Integer.toString(Wires.listen(Wire.Kind.valueOf(words[1])));
            }
            case "open" -> {
                for (int i = 0; i < Integer.parseInt(words[4]); i++) {
                    open(words[1], Wire.Kind.valueOf(words[2]), Integer.parseInt(words[3]));
                }
            }
            case "linger" -> Wires.all(words[1], Wire::lingerZero);
            case "half" -> Wires.all(words[1], Wire::shutdownOutput);
            case "read" -> Wires.all(words[1], Wire::read);
            case "readReset" -> Wires.all(words[1], EndingsApp::readReset);
            case "close" -> Wires.all(words[1], Wire::close);
            case "leave" -> leave(Integer.parseInt(words[1]));
            case "collect" -> System.gc();
            case "defer" -> defer(Integer.parseInt(words[1]));
            default -> {
                return SocketApp.mbeans(words);
            }
        }
        return "done";
    }

    private static void readReset(Wire wire) {
        try {
            wire.read();
        } catch (IOException e) {
            return;
        }
        throw new IllegalStateException("no reset");
    }

    /** Opens a connection that nothing refers to afterwards. */
    private static void leave(int port) throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /** Closes a channel, twice, that a selector keeps open until it selects next. */
    private static void defer(int port) throws IOException {
        try (Selector selector = Selector.open()) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            channel.close();
            channel.close();
            selector.selectNow();
        }
    }

    private static void open(String way, Wire.Kind kind, int port) throws Exception {
        switch (way) {
            case "ourFin" -> ourFin(kind, port);
            case "peerFin" -> peerFin(kind, port);
            case "lingerZero" -> lingerZero(kind, port);
            case "lingerZeroAfterPeerFin" -> lingerZeroAfterPeerFin(kind, port);
            case "unread" -> unread(kind, port);
            case "unreadAfterPeerFin" -> unreadAfterPeerFin(kind, port);
            case "peerReset" -> peerReset(kind, port);
            case "peerResetWithData" -> peerResetWithData(kind, port);
            case "halfThenClose" -> halfThenClose(kind, port);
            case "halfAfterPeerFin" -> halfAfterPeerFin(kind, port);
            case "bothHalves" -> bothHalves(kind, port);
            case "halfThenUnread" -> halfThenUnread(kind, port);
            case "unreadHalfAfterPeerFin" -> unreadHalfAfterPeerFin(kind, port);
            case "halfThenReset" -> halfThenReset(kind, port);
            case "halfThenResetRead" -> halfThenResetRead(kind, port);
            case "halfThenAnswerThenReset" -> halfThenAnswerThenReset(kind, port);
            case "halfThenAnswerThenResetRead" -> halfThenAnswerThenResetRead(kind, port);
            case "halfThenAnswerThenFin" -> halfThenAnswerThenFin(kind, port);
            default -> throw new IllegalArgumentException(way);
        }
    }

    private static void ourFin(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void peerFin(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void lingerZero(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void lingerZeroAfterPeerFin(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void unread(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void unreadAfterPeerFin(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void peerReset(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void peerResetWithData(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void halfThenClose(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void halfAfterPeerFin(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void bothHalves(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void halfThenUnread(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void unreadHalfAfterPeerFin(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void halfThenReset(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void halfThenResetRead(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void halfThenAnswerThenReset(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void halfThenAnswerThenResetRead(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }

    private static void halfThenAnswerThenFin(Wire.Kind kind, int port) throws Exception {
        Wires.open(kind, port);
    }
}
