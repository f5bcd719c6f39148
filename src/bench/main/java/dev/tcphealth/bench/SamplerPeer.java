package dev.tcphealth.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** The other end of the live connections of {@link SamplerTimes}: accepts all and keeps them until its input ends. */
public final class SamplerPeer {

    private static final List<SocketChannel> KEPT = new ArrayList<>();

    private SamplerPeer() {}

    // Arguments: the address and the port to listen at.
    public static void main(String[] arguments) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])), 1000);
        Thread acceptor = new Thread(() -> acceptAll(server));
        acceptor.setDaemon(true);
        acceptor.start();
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // until the one that started this is gone
        }
    }

    private static void acceptAll(ServerSocketChannel server) {
        try {
            while (true) {
                KEPT.add(server.accept());
            }
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
