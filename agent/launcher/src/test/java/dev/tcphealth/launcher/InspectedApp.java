package dev.tcphealth.launcher;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Tells what an agent does to its JVM: threads, loaded classes, what {@link OtherAgent} is shown. Uses sockets when it is
 * told to, and from many threads until it is told to stop. Answers each line of its standard input in a line.
 */
public final class InspectedApp {

    private static final AtomicLong EXCHANGES = new AtomicLong();
    private static final AtomicLong FAILURES = new AtomicLong();
    private static final List<Thread> WORKERS = new ArrayList<>();
    private static volatile boolean stopped;

    private InspectedApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(InspectedApp::answer);
    }

    private static String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "traffic" -> {
                EarlyApp.traffic();
                yield "done";
            }
            case "dump" -> {
                OtherAgent.dump(Path.of(words[1]));
                yield "done";
            }
            case "threads" ->
                Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.contains("tcp-health"))
                        .collect(Collectors.joining(" "));
            case "counts" -> {
                System.gc();
                yield OtherAgent.classes()
                        + " "
                        + OtherAgent.classesOf("tcp-health")
                        + " "
                        + ManagementFactory.getThreadMXBean().getThreadCount();
            }
            case "work" -> work(Integer.parseInt(words[1]));
            case "exchanges" -> EXCHANGES + " " + FAILURES;
            case "stop" -> stop();
            default -> SocketApp.mbeans(words);
        };
    }

    /** Half of the threads use sockets, half use channels. */
    private static String work(int threads) {
        for (int i = 0; i < threads; i++) {
            boolean channels = i % 2 == 0;
            Thread worker = new Thread(() -> exchangeUntilStopped(channels), "worker " + i);
            worker.setDaemon(true);
            worker.start();
            WORKERS.add(worker);
        }
        return "done";
    }

    private static String stop() throws InterruptedException {
        stopped = true;
        for (Thread worker : WORKERS) {
            worker.join();
        }
        return EXCHANGES + " " + FAILURES;
    }

    private static void exchangeUntilStopped(boolean channels) {
        while (!stopped) {
            try {
                if (channels) {
                    exchangeByChannels();
                } else {
                    EarlyApp.traffic();
                }
                EXCHANGES.incrementAndGet();
                // Loopback's ports would run out, and the test's machine is needed elsewhere too.
                Thread.sleep(20);
            } catch (Throwable t) {
                FAILURES.incrementAndGet();
                t.printStackTrace();
            }
        }
    }

    private static void exchangeByChannels() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel accepted = server.accept()) {
                accepted.shutdownOutput();
                client.read(ByteBuffer.allocate(1));
            }
        }
    }
}
