package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A JVM whose application means harm: it has made the socket of the attach mechanism itself, before the JVM has, and
 * answers as its argument says.
 */
public final class HostileApp {
    private HostileApp() {}

    public static void main(String[] args) throws IOException {
        if (args[0].equals("descriptors")) {
            useUpDescriptors();
        } else {
            listen(args[0], args.length > 1 ? args[1] : "");
        }
    }

    private static void listen(String mode, String answer) throws IOException {
        Path socket = Path.of("/tmp/.java_pid" + ProcessHandle.current().pid());
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            System.out.println("ready");
            while (true) {
                answer(server.accept(), mode, answer);
            }
        }
    }

    private static void answer(SocketChannel client, String mode, String answer) throws IOException {
        try {
            switch (mode) {
                case "silent" -> {}
                case "flood" -> {
                    while (true) {
                        write(client, "0\n" + "x".repeat(65536));
                    }
                }
                case "drip" -> {
                    write(client, "0\n");
                    while (true) {
                        write(client, "x");
                        LockSupport.parkNanos(20_000_000);
                    }
                }
                default -> {
                    client.read(ByteBuffer.allocate(4096));
                    write(client, answer.translateEscapes());
                    client.close();
                }
            }
        } catch (IOException e) {
            client.close(); // it has been seen through
        }
    }

    private static void write(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    /** No harm meant: it only forgets to close. */
    private static void useUpDescriptors() throws IOException {
        System.out.print("");
        List<InputStream> open = new ArrayList<>();
        try {
            while (true) {
                open.add(Files.newInputStream(Path.of("/dev/null")));
            }
        } catch (IOException e) {
            System.out.println("ready");
        }
        while (System.in.read() >= 0) {
            // nothing to do with it
        }
        System.out.println(open.size());
    }
}
