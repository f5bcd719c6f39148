package dev.tcphealth.launcher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.URL;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLSocketFactory;

/**
 * An application that has a socket of every kind Java knows, each opened by a method of its own, which is the code path
 * that must be named. Does what each line of its standard input says, and answers in a line.
 */
public final class KindsApp {

    /** Opens or accepts one connection and gives what closes it. */
    interface Opener {
        Closeable open(int port) throws Exception;
    }

    /** Tries to connect and must not get connected; whatever it created is closed when it returns. */
    interface Attempt {
        void run(int port) throws Exception;
    }

    /** A listener and how a connection is accepted from it. */
    private record Listening(Closeable server, int port, Opener accept) {}

    private interface Listener {
        Listening listen() throws Exception;
    }

    /** Everything that connects, by the name of the method that does. */
    static final Map<String, Opener> CLIENTS = clients();

    /** Everything that fails to connect to a port where nobody listens, by the name of the method that does. */
    static final Map<String, Attempt> REFUSED = refused();

    /** Everything that gives up to connect to a port that does not answer, by the name of the method that does. */
    static final Map<String, Attempt> UNANSWERED = unanswered();

    /** Everything that accepts, by the name of the method that does. */
    static final List<String> ACCEPTORS = List.of(
            "acceptSocket",
            "acceptSocketInTime",
            "acceptChannel",
            "acceptChannelSelected",
            "acceptAdaptor",
            "acceptAsync");

    /** Connected, then in a state of their own until closed, by the name of the method that does. */
    static final Map<String, Opener> HALF_CLOSED = halfClosed();

    static final Map<String, Opener> CLOSE_WAIT = closeWait();
    static final Map<String, Opener> RESET_BY_PEER = resetByPeer();

    /** Reset by their own end when closed. */
    static final Map<String, Opener> LINGER_0 = lingerZero();

    static final int STORM_THREADS = 8;
    static final int STORM_EACH = 100;

    /** The native methods in which a thread waits for a socket. */
    private static final Set<String> WAITING = Set.of("poll", "connect0", "accept", "read0");

    /** The path of the request after which the connection is closed. */
    private static final String LAST = "/last";

    private static final int CLOSE_FIRST = KindsPeer.CLOSE_FIRST;
    static final int PORT_OF_NOBODY = 9;

    private static final int IN_TIME_MILLIS = 20_000;
    private static final int TOO_SOON_MILLIS = 50;

    private static final Map<String, List<Closeable>> HELD = new LinkedHashMap<>();
    private static final List<Listening> LISTENING = new ArrayList<>();
    private static final Deque<Selector> SELECTORS = new ArrayDeque<>();

    private KindsApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(KindsApp::answer);
    }

    private static String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "clients" -> hold(CLIENTS, words);
            case "halfClosed" -> hold(HALF_CLOSED, words);
            case "closeWait" -> hold(CLOSE_WAIT, words);
            case "resetByPeer" -> hold(RESET_BY_PEER, words);
            case "linger0" -> hold(LINGER_0, words);
            case "sockets" -> hold(Map.of("socket", KindsApp::socket), words);
            case "refused" -> attempt(REFUSED, words);
            case "unanswered" -> attempt(UNANSWERED, words);
            case "neverFinished" -> attempt(Map.of("neverFinished", KindsApp::neverFinished), words);
            case "neverConnected" -> neverConnected();
            case "listen" -> listen();
            case "accept" -> accept(Integer.parseInt(words[1]));
            case "acceptInBackground" -> acceptInBackground();
            case "notTcp" -> notTcp();
            case "close" -> close(words[1]);
            case "forget" -> forget(words[1]);
            case "deferred" -> deferred(Integer.parseInt(words[1]));
            case "select" -> select();
            case "blocked" -> blocked(Integer.parseInt(words[1]));
            case "stale" -> stale(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "storm" -> storm(Integer.parseInt(words[1]));
            case "lose" -> lose(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "gc" -> gc();
            case "http" -> http();
            case "factories" -> factories(Integer.parseInt(words[1]));
            default -> SocketApp.mbeans(words);
        };
    }

    // ---- what connects

    private static Map<String, Opener> clients() {
        Map<String, Opener> clients = new LinkedHashMap<>();
        clients.put("socket", KindsApp::socket);
        clients.put("socketInTime", KindsApp::socketInTime);
        clients.put("socketBoundFirst", KindsApp::socketBoundFirst);
        clients.put("channel", KindsApp::channel);
        clients.put("channelSelected", KindsApp::channelSelected);
        clients.put("channelOfIpv4", KindsApp::channelOfIpv4);
        clients.put("channelBoundFirst", KindsApp::channelBoundFirst);
        clients.put("adaptor", KindsApp::adaptor);
        clients.put("adaptorInTime", KindsApp::adaptorInTime);
        clients.put("async", KindsApp::async);
        clients.put("asyncHandled", KindsApp::asyncHandled);
        clients.put("asyncToWildcard", KindsApp::asyncToWildcard);
        clients.put("socketToWildcard", KindsApp::socketToWildcard);
        clients.put("tls", KindsApp::tls);
        clients.put("tlsLayered", KindsApp::tlsLayered);
        return clients;
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static Closeable socket(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    static Closeable socketInTime(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(loopback(port), IN_TIME_MILLIS);
        return socket;
    }

    static Closeable socketBoundFirst(int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(loopback(0));
        socket.connect(loopback(port));
        return socket;
    }

    static Closeable channel(int port) throws IOException {
        return SocketChannel.open(loopback(port));
    }

    static Closeable channelOfIpv4(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
        channel.connect(loopback(port));
        return channel;
    }

    static Closeable channelBoundFirst(int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.bind(new InetSocketAddress(0));
        channel.connect(loopback(port));
        return channel;
    }

    static Closeable channelSelected(int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            if (!channel.connect(loopback(port))) {
                channel.register(selector, SelectionKey.OP_CONNECT);
                while (!channel.finishConnect()) {
                    selector.select();
                }
            }
        }
        return channel;
    }

    static Closeable adaptor(int port) throws IOException {
        Socket socket = SocketChannel.open().socket();
        socket.connect(loopback(port));
        return socket;
    }

    static Closeable adaptorInTime(int port) throws IOException {
        Socket socket = SocketChannel.open().socket();
        socket.connect(loopback(port), IN_TIME_MILLIS);
        return socket;
    }

    static Closeable async(int port) throws Exception {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channel.connect(loopback(port)).get();
        return channel;
    }

    static Closeable asyncHandled(int port) throws Exception {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        CompletableFuture<AsynchronousSocketChannel> connected = new CompletableFuture<>();
        channel.connect(loopback(port), channel, completing(connected));
        return connected.get();
    }

    /** The kernel takes the wildcard address for loopback. */
    static Closeable asyncToWildcard(int port) throws Exception {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channel.connect(new InetSocketAddress("0.0.0.0", port)).get();
        return channel;
    }

    static Closeable socketToWildcard(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("0.0.0.0", port));
        return socket;
    }

    static Closeable tls(int port) throws IOException {
        return SSLSocketFactory.getDefault().createSocket(InetAddress.getLoopbackAddress(), port);
    }

    static Closeable tlsLayered(int port) throws IOException {
        Socket below = new Socket(InetAddress.getLoopbackAddress(), port);
        return ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(below, "localhost", port, true);
    }

    private static <T> CompletionHandler<Void, T> completing(CompletableFuture<T> future) {
        return new CompletionHandler<>() {
            @Override
            public void completed(Void nothing, T value) {
                future.complete(value);
            }

            @Override
            public void failed(Throwable why, T value) {
                future.completeExceptionally(why);
            }
        };
    }

    // ---- what does not get connected

    private static Map<String, Attempt> refused() {
        Map<String, Attempt> refused = new LinkedHashMap<>();
        refused.put("socketRefused", KindsApp::socketRefused);
        refused.put("socketInTimeRefused", KindsApp::socketInTimeRefused);
        refused.put("channelRefused", KindsApp::channelRefused);
        refused.put("channelSelectedRefused", KindsApp::channelSelectedRefused);
        refused.put("adaptorInTimeRefused", KindsApp::adaptorInTimeRefused);
        refused.put("asyncRefused", KindsApp::asyncRefused);
        return refused;
    }

    private static Map<String, Attempt> unanswered() {
        Map<String, Attempt> unanswered = new LinkedHashMap<>();
        unanswered.put("socketTimedOut", KindsApp::socketTimedOut);
        unanswered.put("adaptorTimedOut", KindsApp::adaptorTimedOut);
        unanswered.put("channelGivenUp", KindsApp::channelGivenUp);
        unanswered.put("asyncGivenUp", KindsApp::asyncGivenUp);
        unanswered.put("socketClosedMeanwhile", KindsApp::socketClosedMeanwhile);
        unanswered.put("channelClosedMeanwhile", KindsApp::channelClosedMeanwhile);
        return unanswered;
    }

    static void socketRefused(int port) throws Exception {
        socket(port);
    }

    static void socketInTimeRefused(int port) throws Exception {
        socketInTime(port);
    }

    static void channelRefused(int port) throws Exception {
        channel(port);
    }

    static void channelSelectedRefused(int port) throws Exception {
        channelSelected(port);
    }

    static void adaptorInTimeRefused(int port) throws Exception {
        adaptorInTime(port);
    }

    static void asyncRefused(int port) throws Exception {
        async(port);
    }

    static void socketTimedOut(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(loopback(port), TOO_SOON_MILLIS);
        }
    }

    static void adaptorTimedOut(int port) throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.socket().connect(loopback(port), TOO_SOON_MILLIS);
        }
    }

    static void channelGivenUp(int port) throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            channel.connect(loopback(port));
            channel.finishConnect();
        }
        throw new IOException("given up");
    }

    static void asyncGivenUp(int port) throws Exception {
        Future<Void> connected;
        try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
            connected = channel.connect(loopback(port));
        }
        connected.get();
    }

    static void socketClosedMeanwhile(int port) throws Exception {
        Socket socket = new Socket();
        closedWhile(socket, () -> socket.connect(loopback(port)));
        throw new IOException("closed");
    }

    static void channelClosedMeanwhile(int port) throws Exception {
        SocketChannel channel = SocketChannel.open();
        closedWhile(channel, () -> channel.connect(loopback(port)));
        throw new IOException("closed");
    }

    /** Connected by the kernel, and closed before the application took notice. */
    static void neverFinished(int port) throws IOException {
        try (SocketChannel channel = SocketChannel.open();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            if (channel.connect(loopback(port))) {
                return;
            }
            channel.register(selector, SelectionKey.OP_CONNECT);
            selector.select();
        }
        throw new IOException("closed");
    }

    private static String attempt(Map<String, Attempt> attempts, String[] words) {
        for (Map.Entry<String, Attempt> attempt : attempts.entrySet()) {
            for (int i = 0; i < Integer.parseInt(words[2]); i++) {
                try {
                    attempt.getValue().run(Integer.parseInt(words[1]));
                } catch (Exception expected) {
                    continue;
                }
                return "error " + attempt.getKey() + " got connected";
            }
        }
        return "done";
    }

    /** Two of these four are sockets of the kernel's. */
    static String neverConnected() throws IOException {
        keep("neverConnected", new Socket());
        keep("neverConnected", new ServerSocket());
        Socket bound = new Socket();
        bound.bind(loopback(0));
        keep("neverConnected", bound);
        keep("neverConnected", SocketChannel.open());
        return "done";
    }

    // ---- what accepts

    private static String listen() throws Exception {
        LISTENING.clear();
        StringBuilder ports = new StringBuilder();
        List<Listener> listeners = List.of(
                KindsApp::serverSocket,
                KindsApp::serverSocketInTime,
                KindsApp::serverChannel,
                KindsApp::serverChannelSelected,
                KindsApp::serverAdaptor,
                KindsApp::serverAsync);
        for (Listener listener : listeners) {
            Listening listening = listener.listen();
            LISTENING.add(listening);
            keep("listeners", listening.server());
            ports.append(listening.port()).append(' ');
        }
        return ports.toString().strip();
    }

    private static String accept(int each) throws Exception {
        for (Listening listening : LISTENING) {
            for (int i = 0; i < each; i++) {
                keep("accepted", listening.accept().open(listening.port()));
            }
        }
        return "done";
    }

    private static Listening serverSocket() throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        return new Listening(server, server.getLocalPort(), port -> acceptSocket(server));
    }

    static Closeable acceptSocket(ServerSocket server) throws IOException {
        return server.accept();
    }

    private static Listening serverSocketInTime() throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(loopback(0));
        server.setSoTimeout(IN_TIME_MILLIS);
        return new Listening(server, server.getLocalPort(), port -> acceptSocketInTime(server));
    }

    static Closeable acceptSocketInTime(ServerSocket server) throws IOException {
        return server.accept();
    }

    private static Listening serverChannel() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(loopback(0));
        return new Listening(server, server.socket().getLocalPort(), port -> acceptChannel(server));
    }

    static Closeable acceptChannel(ServerSocketChannel server) throws IOException {
        return server.accept();
    }

    private static Listening serverChannelSelected() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(loopback(0));
        server.configureBlocking(false);
        return new Listening(server, server.socket().getLocalPort(), port -> acceptChannelSelected(server));
    }

    static Closeable acceptChannelSelected(ServerSocketChannel server) throws IOException {
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            SocketChannel accepted = server.accept();
            while (accepted == null) {
                selector.select();
                accepted = server.accept();
            }
            return accepted;
        }
    }

    private static Listening serverAdaptor() throws IOException {
        ServerSocket server = ServerSocketChannel.open().socket();
        server.bind(loopback(0));
        server.setSoTimeout(IN_TIME_MILLIS);
        return new Listening(server, server.getLocalPort(), port -> acceptAdaptor(server));
    }

    static Closeable acceptAdaptor(ServerSocket server) throws IOException {
        return server.accept();
    }

    private static Listening serverAsync() throws IOException {
        AsynchronousServerSocketChannel server =
                AsynchronousServerSocketChannel.open().bind(loopback(0));
        int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        return new Listening(server, port, unused -> acceptAsync(server));
    }

    static Closeable acceptAsync(AsynchronousServerSocketChannel server) throws Exception {
        return server.accept().get();
    }

    /** A thread that waits for connections from now on, and keeps each. Gives the port. */
    static String acceptInBackground() throws Exception {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        keep("background", server);
        awaitInNative(daemon(() -> {
            while (true) {
                keep("background", server.accept());
            }
        }));
        return Integer.toString(server.getLocalPort());
    }

    // ---- what is not TCP

    static String notTcp() throws IOException {
        Path path = Files.createTempDirectory("tcp-health").resolve("unix.sock");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        keep("notTcp", server);
        keep("notTcp", SocketChannel.open(UnixDomainSocketAddress.of(path)));
        keep("notTcp", server.accept());
        Files.delete(path);
        Files.delete(path.getParent());
        DatagramSocket socket = new DatagramSocket(loopback(0));
        socket.connect(loopback(PORT_OF_NOBODY));
        keep("notTcp", socket);
        keep("notTcp", DatagramChannel.open().bind(loopback(0)).connect(loopback(PORT_OF_NOBODY)));
        Pipe pipe = Pipe.open();
        keep("notTcp", pipe.source());
        keep("notTcp", pipe.sink());
        return "done";
    }

    // ---- what comes to an end in its own way

    private static Map<String, Opener> halfClosed() {
        Map<String, Opener> halfClosed = new LinkedHashMap<>();
        halfClosed.put("socketHalfClosed", KindsApp::socketHalfClosed);
        halfClosed.put("channelHalfClosed", KindsApp::channelHalfClosed);
        halfClosed.put("asyncHalfClosed", KindsApp::asyncHalfClosed);
        return halfClosed;
    }

    static Closeable socketHalfClosed(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.shutdownOutput();
        awaitEnd(socket);
        return socket;
    }

    static Closeable channelHalfClosed(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(loopback(port));
        channel.shutdownOutput();
        awaitEnd(channel);
        return channel;
    }

    static Closeable asyncHalfClosed(int port) throws Exception {
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channel.connect(loopback(port)).get();
        channel.shutdownOutput();
        int read = channel.read(ByteBuffer.allocate(1)).get();
        return read < 0 ? channel : failed("read " + read);
    }

    private static Map<String, Opener> closeWait() {
        Map<String, Opener> closeWait = new LinkedHashMap<>();
        closeWait.put("socketCloseWait", KindsApp::socketCloseWait);
        closeWait.put("channelCloseWait", KindsApp::channelCloseWait);
        return closeWait;
    }

    /**
     * The peer by an address nothing else here connects to. It has the TIME_WAIT, and this end may use its port again:
     * a SYN to the same address would end that TIME_WAIT.
     */
    private static InetAddress apart() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    }

    static Closeable socketCloseWait(int port) throws IOException {
        Socket socket = new Socket(apart(), port);
        socket.getOutputStream().write(CLOSE_FIRST);
        awaitEnd(socket);
        return socket;
    }

    static Closeable channelCloseWait(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(apart(), port));
        channel.write(ByteBuffer.wrap(new byte[] {CLOSE_FIRST}));
        awaitEnd(channel);
        return channel;
    }

    private static Map<String, Opener> resetByPeer() {
        Map<String, Opener> resetByPeer = new LinkedHashMap<>();
        resetByPeer.put("socketResetByPeer", KindsApp::socketResetByPeer);
        resetByPeer.put("channelResetByPeer", KindsApp::channelResetByPeer);
        return resetByPeer;
    }

    static Closeable socketResetByPeer(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write(KindsPeer.RESET);
        try {
            awaitEnd(socket);
        } catch (IOException reset) {
            return socket;
        }
        return failed("not reset");
    }

    static Closeable channelResetByPeer(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(loopback(port));
        channel.write(ByteBuffer.wrap(new byte[] {KindsPeer.RESET}));
        try {
            awaitEnd(channel);
        } catch (IOException reset) {
            return channel;
        }
        return failed("not reset");
    }

    private static Map<String, Opener> lingerZero() {
        Map<String, Opener> lingerZero = new LinkedHashMap<>();
        lingerZero.put("socketLinger0", KindsApp::socketLinger0);
        lingerZero.put("channelLinger0", KindsApp::channelLinger0);
        lingerZero.put("nonBlockingLinger0", KindsApp::nonBlockingLinger0);
        return lingerZero;
    }

    static Closeable socketLinger0(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoLinger(true, 0);
        return socket;
    }

    static Closeable channelLinger0(int port) throws IOException {
        return SocketChannel.open(loopback(port)).setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    static Closeable nonBlockingLinger0(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(loopback(port));
        channel.configureBlocking(false);
        return channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    private static void awaitEnd(Socket socket) throws IOException {
        int read = socket.getInputStream().read();
        if (read >= 0) {
            failed("read " + read);
        }
    }

    private static void awaitEnd(SocketChannel channel) throws IOException {
        int read = channel.read(ByteBuffer.allocate(1));
        if (read >= 0) {
            failed("read " + read);
        }
    }

    private static Closeable failed(String why) throws IOException {
        throw new IOException(why);
    }

    /** Closed, but registered with a selector, so the descriptor stays until the next selection. */
    static String deferred(int port) throws IOException {
        SocketChannel channel = (SocketChannel) channelSelected(port);
        Selector selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
        selector.selectNow();
        SELECTORS.add(selector);
        channel.close();
        return "done";
    }

    static String select() throws IOException {
        for (Selector selector : SELECTORS) {
            selector.selectNow();
            selector.close();
        }
        SELECTORS.clear();
        return "done";
    }

    // ---- closing

    private static String hold(Map<String, Opener> openers, String[] words) throws Exception {
        for (Map.Entry<String, Opener> opener : openers.entrySet()) {
            int times = Integer.parseInt(words[words.length - 1]);
            for (int i = 0; i < times; i++) {
                keep(words[0], opener.getValue().open(Integer.parseInt(words[1])));
            }
        }
        return "done";
    }

    private static void keep(String name, Closeable what) {
        synchronized (HELD) {
            HELD.computeIfAbsent(name, unused -> new ArrayList<>()).add(what);
        }
    }

    private static String close(String name) throws IOException {
        List<Closeable> held;
        synchronized (HELD) {
            held = HELD.getOrDefault(name, List.of());
            HELD.remove(name);
        }
        for (Closeable one : held) {
            closeOnce(one);
            closeAgain(one);
        }
        return "done";
    }

    private static String forget(String name) {
        synchronized (HELD) {
            HELD.remove(name);
        }
        return "done";
    }

    static void closeOnce(Closeable one) throws IOException {
        one.close();
    }

    /** Nothing may come of it. */
    static void closeAgain(Closeable one) throws IOException {
        one.close();
    }

    /** Closes sockets while another thread waits in each. */
    static String blocked(int port) throws Exception {
        Socket socket = (Socket) socket(port);
        closedWhile(socket, () -> socket.getInputStream().read());
        SocketChannel channel = (SocketChannel) channel(port);
        closedWhile(channel, () -> channel.read(ByteBuffer.allocate(1)));
        Socket adaptor = (Socket) adaptor(port);
        closedWhile(adaptor, () -> adaptor.getInputStream().read());
        AsynchronousSocketChannel async = (AsynchronousSocketChannel) async(port);
        Future<Integer> read = async.read(ByteBuffer.allocate(1));
        closeBlocked(async);
        try {
            return "error read " + read.get();
        } catch (ExecutionException expected) {
            // It was closed.
        }
        ServerSocket server = new ServerSocket(0);
        closedWhile(server, server::accept);
        ServerSocketChannel serverChannel = ServerSocketChannel.open().bind(loopback(0));
        closedWhile(serverChannel, serverChannel::accept);
        return "done";
    }

    private interface Waits {
        void run() throws Exception;
    }

    private static void closedWhile(Closeable what, Waits waits) throws Exception {
        Thread thread = daemon(waits);
        awaitInNative(thread);
        closeBlocked(what);
        thread.join();
    }

    static void closeBlocked(Closeable what) throws IOException {
        what.close();
    }

    private static Thread daemon(Waits waits) {
        Thread thread = new Thread(() -> {
            try {
                waits.run();
            } catch (Exception expected) {
                // It was closed meanwhile.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitInNative(Thread thread) throws IOException {
        while (!waits(thread.getStackTrace())) {
            if (!thread.isAlive()) {
                failed("does not wait");
            }
            Thread.onSpinWait();
        }
    }

    private static boolean waits(StackTraceElement[] stack) {
        return stack.length > 0
                && stack[0].isNativeMethod()
                && WAITING.contains(stack[0].getMethodName())
                && stack[0].getClassName().startsWith("sun.nio.ch.");
    }

    /**
     * A Socket that could not connect has lost its descriptor; another gets the number; then the first is closed. Up to
     * JDK 24 that goes down to the descriptor.
     */
    private static String stale(int port, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            Socket failed = new Socket();
            try {
                staleConnect(failed);
            } catch (ConnectException expected) {
                keep("stale", staleOther(port));
            }
            staleClose(failed);
        }
        return "done";
    }

    static void staleConnect(Socket socket) throws IOException {
        socket.connect(loopback(PORT_OF_NOBODY));
    }

    static Closeable staleOther(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    static void staleClose(Socket socket) throws IOException {
        socket.close();
    }

    /** Opens and closes in many threads, each socket closed by several at once, while others get its number. */
    static String storm(int port) throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(STORM_THREADS);
        ExecutorService closers = Executors.newFixedThreadPool(STORM_THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < STORM_THREADS; i++) {
                all.add(workers.submit(() -> {
                    stormWorker(port, closers);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            workers.shutdown();
            closers.shutdown();
        }
        return "done";
    }

    private static void stormWorker(int port, ExecutorService closers) throws Exception {
        for (int i = 0; i < STORM_EACH; i++) {
            Closeable one = stormOpen(i, port);
            List<Future<?>> closing = new ArrayList<>();
            for (int closer = 0; closer < 2; closer++) {
                closing.add(closers.submit(() -> {
                    stormClose(one);
                    return null;
                }));
            }
            stormClose(one);
            for (Future<?> closed : closing) {
                closed.get();
            }
            stormClose(one);
        }
    }

    static Closeable stormOpen(int kind, int port) throws Exception {
        if (kind % 3 == 0) {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        }
        if (kind % 3 == 1) {
            return SocketChannel.open(loopback(port));
        }
        AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
        channel.connect(loopback(port)).get();
        return channel;
    }

    static void stormClose(Closeable one) throws IOException {
        one.close();
    }

    /** Opens and forgets. */
    private static String lose(int port, int each) throws IOException {
        for (int i = 0; i < each; i++) {
            loseSocket(port);
            loseChannel(port);
        }
        return "done";
    }

    static void loseSocket(int port) throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), port).setTcpNoDelay(true);
    }

    static void loseChannel(int port) throws IOException {
        SocketChannel.open(loopback(port)).finishConnect();
    }

    private static String gc() {
        System.gc();
        return "done";
    }

    // ---- what others open

    /** One connection of each of the JDK's clients carries several requests to the JDK's server. */
    static String http() throws Exception {
        HttpServer server = HttpServer.create(loopback(0), 50);
        server.createContext("/", KindsApp::respond);
        server.start();
        String uri = "http://127.0.0.1:" + server.getAddress().getPort();
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (String path : List.of("/first", "/second", LAST)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(uri + path)).build();
            expect(client.send(request, BodyHandlers.ofString()).body());
        }
        for (String path : List.of("/first", "/second", LAST)) {
            URL url = URI.create(uri + path).toURL();
            try (InputStream in = url.openStream()) {
                expect(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        server.stop(0);
        return "done";
    }

    private static void respond(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().equals(LAST)) {
            exchange.getResponseHeaders().set("Connection", "close");
        }
        exchange.sendResponseHeaders(200, 2);
        exchange.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    private static void expect(String body) throws IOException {
        if (!body.equals("ok")) {
            failed("got " + body);
        }
    }

    /** From now on a Socket is made of memory, while a ServerSocket goes on to accept the real ones. */
    @SuppressWarnings("deprecation") // what is not deprecated is not in use
    static String factories(int port) throws IOException {
        Socket.setSocketImplFactory(MemorySocket::new);
        try (Socket memory = new Socket(InetAddress.getLoopbackAddress(), port)) {
            memory.getOutputStream().write('m');
            if (memory.getInputStream().read() != 'm') {
                return "error the factory's socket was not used";
            }
        }
        try (SocketChannel real = SocketChannel.open(loopback(port))) {
            real.finishConnect();
        }
        return "done";
    }
}
