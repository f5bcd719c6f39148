package dev.tcphealth.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The application that {@link Churn} measures, with and without an agent: opens a loopback connection, accepts it and
 * closes both ends, again and again. Answers each line {@code socket|channel THREADS platform|virtual MILLIS} with how
 * many cycles it has made, in how many nanoseconds, and how many of CPU time.
 *
 * <p>The end that connects closes first, with a FIN, as most clients do. The accepted end lingers not: its close resets
 * what would stay in TIME_WAIT for a minute and, at 20,000 a second, take every port there is.
 */
public final class ChurnApp {

    /** Frames below each cycle. */
    static final int DEPTH = 60;

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int BACKLOG = 16;

    private ChurnApp() {}

    private interface Cycle {
        void run() throws IOException;
    }

    private interface Listener extends AutoCloseable, Cycle {
        @Override
        void close() throws IOException;
    }

    public static void main(String[] args) throws Throwable {
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[3]));
            System.out.println(
                    measure(words[0].equals("channel"), Integer.parseInt(words[1]), words[2].equals("virtual"), nanos));
        }
    }

    private static String measure(boolean channel, int threads, boolean virtual, long nanos) throws Throwable {
        AtomicLong cycles = new AtomicLong();
        List<Thread> running = new ArrayList<>();
        long cpuBefore = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            running.add(start(virtual, () -> cycles.addAndGet(churn(channel, virtual, start + nanos))));
        }
        for (Thread thread : running) {
            thread.join();
        }
        long took = System.nanoTime() - start;
        return cycles + " " + took + " " + (SYSTEM.getProcessCpuTime() - cpuBefore);
    }

    @SuppressWarnings("ThreadPriorityCheck") // yields to others of its own kind alone
    private static long churn(boolean channel, boolean virtual, long end) {
        try (Listener listener = channel ? new Channels() : new Sockets()) {
            long cycles = 0;
            while (System.nanoTime() < end) {
                descend(DEPTH, listener);
                cycles++;
                if (virtual) {
                    Thread.yield(); // nothing here blocks: the others would never run
                }
            }
            return cycles;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void descend(int frames, Cycle cycle) throws IOException {
        if (frames > 0) {
            descend(frames - 1, cycle);
        } else {
            cycle.run();
        }
    }

    private static final class Sockets implements Listener {

        private final ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());

        Sockets() throws IOException {}

        @Override
        public void run() throws IOException {
            Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
            Socket accepted = server.accept();
            accepted.setSoLinger(true, 0);
            client.close();
            accepted.close();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static final class Channels implements Listener {

        private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        private final InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();

        Channels() throws IOException {}

        @Override
        public void run() throws IOException {
            SocketChannel client = SocketChannel.open(address);
            SocketChannel accepted = server.accept();
            accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            accepted.close();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static Thread start(boolean virtual, Runnable task) throws Throwable {
        if (virtual) {
            return (Thread) startVirtual().invokeExact(task);
        }
        Thread thread = new Thread(task);
        thread.start();
        return thread;
    }

    private static @Nullable MethodHandle startVirtual;

    /** {@code Thread.startVirtualThread}, which JDK 17 has not. */
    private static MethodHandle startVirtual() throws ReflectiveOperationException {
        MethodHandle known = startVirtual;
        if (known == null) {
            known = MethodHandles.lookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
            startVirtual = known;
        }
        return known;
    }
}
