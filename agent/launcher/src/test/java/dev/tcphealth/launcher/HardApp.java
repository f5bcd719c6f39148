package dev.tcphealth.launcher;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * An application that does nothing but connect, exchange bytes and close, in many threads at once, and looks at every
 * byte. Does what each line of its standard input says, and answers in a line.
 */
public final class HardApp {

    private interface Exchange {
        void run(int port, byte[] sent) throws Exception;
    }

    /** Each of them opens one socket. */
    private static final List<Exchange> EXCHANGES = List.of(
            HardApp::socket,
            HardApp::channel,
            HardApp::reset,
            HardApp::halfClose,
            HardApp::refused,
            HardApp::closedElsewhere,
            HardApp::ownServer,
            HardApp::selected);

    static final int KINDS = EXCHANGES.size();

    private static final int LONGEST = 3000;
    private static final int PORT_OF_NOBODY = 9;

    private static final ExecutorService CLOSERS = Executors.newFixedThreadPool(4);
    private static final ExecutorService SERVING = Executors.newCachedThreadPool();

    private HardApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(words ->
                words[0].equals("run") || words[0].equals("runVirtual") ? run(words) : SocketApp.mbeans(words));
    }

    /** {@code run PORT THREADS ROUNDS}: in each round each thread does each exchange once. */
    private static String run(String[] words) throws Exception {
        int port = Integer.parseInt(words[1]);
        int threads = Integer.parseInt(words[2]);
        int rounds = Integer.parseInt(words[3]);
        ExecutorService workers =
                words[0].equals("run") ? Executors.newFixedThreadPool(threads) : virtualThreadPerTaskExecutor();
        ServerSocket own = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Future<?> accepting = SERVING.submit(() -> {
            List<Future<?>> serving = new ArrayList<>();
            for (int i = 0; i < threads * rounds; i++) {
                Socket accepted = own.accept();
                serving.add(SERVING.submit(() -> {
                    sendBack(accepted);
                    return null;
                }));
            }
            awaitAll(serving);
            return null;
        });
        List<Future<?>> working = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int seed = i;
            working.add(workers.submit(() -> {
                work(port, own.getLocalPort(), rounds, new Random(seed));
                return null;
            }));
        }
        awaitAll(working);
        accepting.get();
        own.close();
        workers.shutdown();
        return "done";
    }

    private static void awaitAll(List<Future<?>> all) throws InterruptedException, ExecutionException {
        for (Future<?> one : all) {
            one.get();
        }
    }

    /** What {@code Executors.newVirtualThreadPerTaskExecutor} gives, on a JDK that has it. */
    static ExecutorService virtualThreadPerTaskExecutor() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    private static void work(int port, int own, int rounds, Random random) throws Exception {
        for (int i = 0; i < rounds * KINDS; i++) {
            byte[] bytes = new byte[1 + random.nextInt(LONGEST)];
            random.nextBytes(bytes);
            bytes[0] = KindsPeer.ECHO;
            Exchange exchange = EXCHANGES.get(i % KINDS);
            exchange.run(exchange == EXCHANGES.get(6) ? own : port, bytes);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static void socket(int port, byte[] sent) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            exchange(socket, sent);
        }
    }

    static void channel(int port, byte[] sent) throws IOException {
        try (SocketChannel channel = SocketChannel.open(loopback(port))) {
            exchange(channel, sent);
        }
    }

    static void reset(int port, byte[] sent) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            exchange(socket, sent);
            socket.setSoLinger(true, 0);
        }
    }

    static void halfClose(int port, byte[] sent) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(sent);
            socket.shutdownOutput();
            verify(sent, socket.getInputStream().readAllBytes());
        }
    }

    static void refused(int port, byte[] sent) throws IOException {
        try {
            socket(PORT_OF_NOBODY, sent);
        } catch (ConnectException expected) {
            return;
        }
        throw new IOException("not refused");
    }

    static void closedElsewhere(int port, byte[] sent) throws Exception {
        SocketChannel channel = SocketChannel.open(loopback(port));
        exchange(channel, sent);
        List<Future<?>> closing = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            closing.add(CLOSERS.submit(() -> {
                close(channel);
                return null;
            }));
        }
        close(channel);
        awaitAll(closing);
    }

    static void close(Closeable what) throws IOException {
        what.close();
    }

    static void ownServer(int port, byte[] sent) throws IOException {
        socket(port, sent);
    }

    static void selected(int port, byte[] sent) throws IOException {
        try (SocketChannel channel = SocketChannel.open();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            if (!channel.connect(loopback(port))) {
                SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
                while (!channel.finishConnect()) {
                    selector.select();
                }
                key.cancel();
                selector.selectNow();
            }
            channel.configureBlocking(true);
            exchange(channel, sent);
        }
    }

    private static void exchange(Socket socket, byte[] sent) throws IOException {
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        out.write(sent);
        verify(sent, in.readNBytes(sent.length));
    }

    private static void exchange(SocketChannel channel, byte[] sent) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(sent);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        ByteBuffer in = ByteBuffer.allocate(sent.length);
        while (in.hasRemaining() && channel.read(in) >= 0) {
            // until all is back
        }
        verify(sent, Arrays.copyOf(in.array(), in.position()));
    }

    private static void sendBack(Socket accepted) throws IOException {
        try (accepted) {
            accepted.getInputStream().transferTo(accepted.getOutputStream());
        }
    }

    private static void verify(byte[] sent, byte[] received) throws IOException {
        if (!Arrays.equals(sent, received)) {
            throw new IOException("sent " + sent.length + " bytes and got others back: " + received.length);
        }
    }
}
