package dev.tcphealth.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import net.bytebuddy.agent.VirtualMachine;
import org.jspecify.annotations.Nullable;

/**
 * HotSpot's attach protocol, version 1, over the JDK's own Unix-domain channel: neither jdk.attach nor JNA is needed, and
 * no answer is waited for beyond the deadline, nor read beyond what a JVM answers. One request per connection, as HotSpot
 * wants it (src/hotspot/os/posix/attachListener_posix.cpp).
 */
final class UnixConnection implements VirtualMachine.ForHotSpot.Connection {
    /** HotSpot of JDK 17 drops a request with a longer argument without a word (AttachOperation::arg_length_max). */
    static final int MAX_ARGUMENT_BYTES = 1024;

    /** Properties, the agent's reports among them. */
    private static final int MAX_REPLY_BYTES = 16 << 20;
    /** A return code, or why nothing was loaded. */
    private static final int MAX_LOAD_REPLY_BYTES = 64 << 10;

    private final AttachSocket socket;
    private final JvmProcess jvm;
    private final Deadline deadline;

    UnixConnection(AttachSocket socket, JvmProcess jvm, Deadline deadline) {
        this.socket = socket;
        this.jvm = jvm;
        this.deadline = deadline;
    }

    @Override
    public Response execute(String protocol, @Nullable String... arguments) throws IOException {
        boolean load = "load".equals(arguments[0]);
        byte[] reply;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            Set<String> before = socket.connections();
            channel.connect(UnixDomainSocketAddress.of(socket.path())); // at once, or refused: never pending on Linux
            socket.awaitAccepted(before, new Patience(jvm, deadline));
            send(channel, key, request(protocol, arguments));
            reply = receive(channel, key, load ? MAX_LOAD_REPLY_BYTES : MAX_REPLY_BYTES);
        }
        int statusEnd = indexOfNewline(reply);
        if (statusEnd < 0) {
            throw new NoAnswer("it closed the connection without an answer");
        }
        String status = new String(reply, 0, statusEnd, UTF_8);
        if (!status.equals("0")) {
            throw new JvmRefusal(textAfter(reply, statusEnd));
        }
        if (load) {
            checkLoaded(textAfter(reply, statusEnd));
        }
        return new Reply(new ByteArrayInputStream(reply));
    }

    @Override
    public void close() {
        // nothing stays open between two requests
    }

    /**
     * Since JDK 9 the result of a load is in the text, and since JDK 21 the status is 0 even when nothing was loaded.
     * Byte Buddy's client looks at the status alone.
     */
    private static void checkLoaded(String text) throws JvmRefusal {
        if (!text.equals("return code: 0")) {
            throw new JvmRefusal(text);
        }
    }

    private static ByteBuffer request(String protocol, @Nullable String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(protocol.getBytes(UTF_8));
        bytes.write(0);
        for (String argument : arguments) {
            if (argument != null) {
                bytes.writeBytes(argument.getBytes(UTF_8));
            }
            bytes.write(0);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private void send(SocketChannel channel, SelectionKey key, ByteBuffer request) throws IOException {
        while (request.hasRemaining()) {
            if (channel.write(request) == 0) {
                await(key, SelectionKey.OP_WRITE);
            }
        }
    }

    private byte[] receive(SocketChannel channel, SelectionKey key, int most) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        while (true) {
            if (deadline.passed()) {
                throw new AttachTimeout();
            }
            int length = channel.read(buffer);
            if (length < 0) {
                return bytes.toByteArray();
            }
            if (length == 0) {
                await(key, SelectionKey.OP_READ);
            }
            bytes.write(buffer.array(), 0, buffer.position());
            buffer.clear();
            if (bytes.size() > most) {
                throw new IOException("the process sent more than " + size(most) + ": it may not be a JVM");
            }
        }
    }

    private static String size(int bytes) {
        return bytes >= 1 << 20 ? (bytes >> 20) + " MB" : (bytes >> 10) + " kB";
    }

    private void await(SelectionKey key, int operation) throws IOException {
        if (deadline.passed()) {
            throw new AttachTimeout();
        }
        key.interestOps(operation);
        key.selector().select(deadline.remainingMillis());
        key.selector().selectedKeys().clear();
    }

    private static int indexOfNewline(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static String textAfter(byte[] reply, int statusEnd) {
        return new String(reply, statusEnd + 1, reply.length - statusEnd - 1, UTF_8).trim();
    }

    private record Reply(InputStream bytes) implements Response {
        @Override
        public int read(byte[] buffer) throws IOException {
            return bytes.read(buffer);
        }

        @Override
        public void close() {
            // in memory
        }
    }
}
