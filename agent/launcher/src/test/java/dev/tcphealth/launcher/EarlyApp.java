package dev.tcphealth.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Uses sockets as early as can be, as its first argument says: prints how many connections it has opened and how long
 * the first of them took, then answers as {@link SocketApp} does about MBeans.
 */
public final class EarlyApp {

    private EarlyApp() {}

    /** One argument each; {@code agent} leaves the traffic to an agent's premain. */
    enum When {
        AGENT,
        FIRST,
        CHANNEL,
        ASYNCHRONOUS,
        INITIALISER,
        THREADS,
        SHUTDOWN
    }

    /** Opens a connection when it is initialised. */
    private static final class Initialised {
        private static final long NANOS;

        static {
            try {
                long start = System.nanoTime();
                traffic();
                NANOS = System.nanoTime() - start;
            } catch (IOException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    public static void main(String[] args) throws Exception {
        long start = System.nanoTime();
        switch (When.valueOf(args[0])) {
            case AGENT -> tell(1, 0);
            case FIRST -> {
                traffic();
                tell(1, System.nanoTime() - start);
            }
            case CHANNEL -> {
                channels();
                tell(1, System.nanoTime() - start);
            }
            case ASYNCHRONOUS -> {
                asynchronous();
                tell(1, System.nanoTime() - start);
            }
            case INITIALISER -> tell(1, Initialised.NANOS);
            case THREADS -> {
                int opened = threads();
                tell(opened, System.nanoTime() - start);
            }
            case SHUTDOWN -> Runtime.getRuntime().addShutdownHook(new Thread(EarlyApp::atTheEnd));
        }
        if (!args[0].equals(When.SHUTDOWN.name())) {
            answer();
        }
    }

    private static void atTheEnd() {
        try {
            long start = System.nanoTime();
            traffic();
            tell(1, System.nanoTime() - start);
            answer();
        } catch (IOException e) {
            System.out.println("error " + e);
        }
    }

    private static void tell(int opened, long nanos) {
        System.out.println(opened);
        System.out.println(TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private static void answer() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                System.out.println(SocketApp.mbeans(line.split(" ", -1)));
            } catch (Exception e) {
                System.out.println("error " + e);
            }
        }
    }

    /** Opens one connection, accepts it, and closes both ends. */
    static void traffic() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            client.getOutputStream().write(accepted.getPort());
        }
    }

    /** The same with channels and a selector. */
    private static void channels() throws IOException {
        try (SocketChannel client = SocketChannel.open();
                Selector selector = Selector.open();
                ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_CONNECT);
            boolean connected = client.connect(server.getLocalAddress());
            while (!connected) {
                selector.select();
                connected = client.finishConnect();
            }
            server.accept().close();
        }
    }

    /** The same with asynchronous channels. */
    private static void asynchronous() throws Exception {
        try (AsynchronousSocketChannel client = AsynchronousSocketChannel.open();
                AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Future<AsynchronousSocketChannel> accepted = server.accept();
            client.connect(server.getLocalAddress()).get();
            accepted.get().close();
        }
    }

    /** All ways at once, each first on a thread of its own: they load the same classes in different orders. */
    private static int threads() throws Exception {
        List<Callable<Boolean>> ways = List.of(
                () -> {
                    traffic();
                    return true;
                },
                () -> {
                    channels();
                    return true;
                },
                () -> {
                    asynchronous();
                    return true;
                });
        int times = 3;
        ExecutorService pool = Executors.newFixedThreadPool(times * ways.size());
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Boolean>> ends = new ArrayList<>();
        for (int i = 0; i < times * ways.size(); i++) {
            Callable<Boolean> way = ways.get(i % ways.size());
            ends.add(pool.submit(() -> {
                go.await();
                return way.call();
            }));
        }
        go.countDown();
        for (Future<Boolean> end : ends) {
            end.get();
        }
        pool.shutdown();
        return ends.size();
    }
}
