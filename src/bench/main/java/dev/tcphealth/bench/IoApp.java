package dev.tcphealth.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The application that {@link Io} measures: writes so many bytes into one end of a loopback connection and reads them at
 * the other, again and again, on one thread. Asked {@code socket|channel BYTES MILLIS}.
 */
public final class IoApp {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private IoApp() {}

    public static void main(String[] args) throws IOException {
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            int bytes = Integer.parseInt(words[1]);
            long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[2]));
            long cpuBefore = SYSTEM.getProcessCpuTime();
            long start = System.nanoTime();
            long cycles = words[0].equals("channel") ? channels(bytes, start + nanos) : sockets(bytes, start + nanos);
            long took = System.nanoTime() - start;
            System.out.println(cycles + " " + took + " " + (SYSTEM.getProcessCpuTime() - cpuBefore));
        }
    }

    private static long sockets(int bytes, long end) throws IOException {
        byte[] buffer = new byte[bytes];
        long cycles = 0;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            while (System.nanoTime() < end) {
                client.getOutputStream().write(buffer);
                if (accepted.getInputStream().readNBytes(buffer, 0, bytes) != bytes) {
                    throw new IOException("the stream has ended");
                }
                cycles++;
            }
        }
        return cycles;
    }

    private static long channels(int bytes, long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        long cycles = 0;
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            while (System.nanoTime() < end) {
                transfer(buffer.clear(), client::write);
                transfer(buffer.clear(), accepted::read);
                cycles++;
            }
        }
        return cycles;
    }

    private interface Transfer {
        int some(ByteBuffer buffer) throws IOException;
    }

    private static void transfer(ByteBuffer buffer, Transfer transfer) throws IOException {
        while (buffer.hasRemaining()) {
            if (transfer.some(buffer) < 0) {
                throw new IOException("the stream has ended");
            }
        }
    }
}
