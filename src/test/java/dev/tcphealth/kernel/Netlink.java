package dev.tcphealth.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A kernel made of answers. Each request takes its datagrams from {@link #replies}, and the sequence number of the
 * request is put into every message that asks for it by the number 0.
 */
final class Netlink implements NativeSockets {

    static final int DONE = 3;
    static final int ERROR = 2;
    static final int ROW = 20;
    static final int MULTI = 2;
    static final int INTERRUPTED = 0x10;

    /** What the next requests are answered with: a list of datagrams each. */
    final Deque<List<byte[]>> replies = new ArrayDeque<>();

    /** The requests that were sent, as the kernel sees them. */
    final List<ByteBuffer> requests = new ArrayList<>();

    /** errno values that the next calls to receive give before anything else. */
    final Deque<Integer> receiveErrors = new ArrayDeque<>();

    /** errno values that the next calls to send give before anything else. */
    final Deque<Integer> sendErrors = new ArrayDeque<>();

    /** The result of socket(2). */
    int socket = 7;

    /** The result of bind(2). */
    int bind;

    /** The addresses that were bound. */
    final List<ByteBuffer> addresses = new ArrayList<>();

    /** Descriptors that are open. */
    int open;

    private final Deque<byte[]> queue = new ArrayDeque<>();

    @Override
    public int socket(int domain, int type, int protocol) {
        open += socket < 0 ? 0 : 1;
        return socket;
    }

    @Override
    public int bind(int descriptor, ByteBuffer direct) {
        ByteBuffer address = ByteBuffer.allocate(direct.remaining()).order(ByteOrder.nativeOrder());
        addresses.add(address.put(direct.duplicate()).flip());
        return bind;
    }

    /** Sends without being asked. */
    void tell(byte[]... datagrams) {
        queue.addAll(List.of(datagrams));
    }

    @Override
    public int send(int descriptor, ByteBuffer direct, int flags) {
        if (!sendErrors.isEmpty()) {
            return -sendErrors.remove();
        }
        ByteBuffer request = ByteBuffer.allocate(direct.remaining()).order(ByteOrder.nativeOrder());
        request.put(direct.duplicate()).flip();
        requests.add(request);
        List<byte[]> reply = replies.isEmpty() ? List.of() : replies.remove();
        for (byte[] datagram : reply) {
            queue.add(withSequence(datagram, request.getInt(8)));
        }
        return request.limit();
    }

    @Override
    public int recv(int descriptor, ByteBuffer direct, int flags) {
        if (!receiveErrors.isEmpty()) {
            return -receiveErrors.remove();
        }
        byte[] datagram = queue.poll();
        if (datagram == null) {
            return -EAGAIN;
        }
        direct.duplicate().put(datagram, 0, Math.min(datagram.length, direct.remaining()));
        return datagram.length;
    }

    @Override
    public int getsockopt(int descriptor, int level, int option, byte[] value) {
        return -ENOSYS;
    }

    @Override
    public int close(int descriptor) {
        open--;
        queue.clear();
        return 0;
    }

    @Override
    public void dispose() {}

    /** Follows the lengths as long as they make sense. */
    private static byte[] withSequence(byte[] datagram, int sequence) {
        ByteBuffer bytes = ByteBuffer.wrap(datagram.clone()).order(ByteOrder.nativeOrder());
        int at = 0;
        while (at >= 0 && at + 16 <= datagram.length) {
            if (bytes.getInt(at + 8) == 0) {
                bytes.putInt(at + 8, sequence);
            }
            int length = bytes.getInt(at);
            if (length < 16 || length > datagram.length - at) {
                break;
            }
            at += length + 3 & ~3;
        }
        return bytes.array();
    }

    static byte[] message(int type, int flags, byte... payload) {
        int length = 16 + payload.length;
        return ByteBuffer.allocate(length + 3 & ~3)
                .order(ByteOrder.nativeOrder())
                .putInt(length)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(0)
                .putInt(0)
                .put(payload)
                .array();
    }

    static byte[] done(int error) {
        return message(DONE, MULTI, number(error));
    }

    static byte[] error(int errno) {
        return message(ERROR, 0, number(-errno));
    }

    /** A row with everything in it; the addresses as the kernel stores them. */
    static byte[] row(
            int family, int state, byte[] local, int localPort, byte[] remote, int remotePort, byte[] attributes) {
        ByteBuffer row = ByteBuffer.allocate(72 + attributes.length).order(ByteOrder.nativeOrder());
        row.put((byte) family).put((byte) state).put((byte) 1).put((byte) 3);
        row.put((byte) (localPort >> 8)).put((byte) localPort);
        row.put((byte) (remotePort >> 8)).put((byte) remotePort);
        row.put(8, local).put(24, remote);
        row.putInt(52, 250).putInt(56, 11).putInt(60, 22).putInt(64, 1000).putInt(68, localPort * 10);
        row.put(72, attributes);
        return message(ROW, MULTI, row.array());
    }

    static byte[] ipv4Row(int state, int localPort, int remotePort) {
        return row(2, state, new byte[] {127, 0, 0, 1}, localPort, new byte[] {10, 0, 0, 5}, remotePort, new byte[0]);
    }

    /** An attribute and its padding. */
    static byte[] attribute(int type, byte[] value) {
        return ByteBuffer.allocate(4 + value.length + 3 & ~3)
                .order(ByteOrder.nativeOrder())
                .putShort((short) (4 + value.length))
                .putShort((short) type)
                .put(value)
                .array();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }
}
