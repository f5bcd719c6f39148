package dev.tcphealth.kernel;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * The kernel's last word on every TCP socket of the network namespace, TCP_INFO included, as it is destroyed (the
 * SKNLGRP_INET_TCP_DESTROY groups of NETLINK_SOCK_DIAG, Linux 4.2; {@code ss -E} shows the same). A connection that the
 * application has closed goes on sending, and what it retransmits between two dumps and its end is told nowhere else.
 * Needs no privilege.
 *
 * <p>While joined, each socket that is destroyed costs the kernel a message of about 1 KB in a queue of about 200 KB:
 * {@link #drain} it often, and {@link #leave} when there is nothing to learn. Not thread-safe.
 */
public final class DestroyedSockets implements AutoCloseable {

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int HEADER_BYTES = 16;

    // struct sockaddr_nl; SKNLGRP_INET_TCP_DESTROY is group 1 and SKNLGRP_INET6_TCP_DESTROY group 3
    private static final int ADDRESS_BYTES = 12;
    private static final int TCP_DESTROY = 1 << 0 | 1 << 2;

    private static final int BUFFER_BYTES = 8 * 1024;
    private static final int CLOSED = -1;

    /** As many as the queue holds, several times over: whoever drains does not go on for ever. */
    private static final int MOST_MESSAGES = 10_000;

    private final NativeSockets sockets;
    private final ByteBuffer bytes;
    private final ByteBuffer address;
    private final InetDiagMessage message;
    private int descriptor = CLOSED;
    private boolean refused;

    public DestroyedSockets(NativeSockets sockets) {
        this.sockets = sockets;
        this.bytes = sockets.allocate(BUFFER_BYTES);
        this.message = new InetDiagMessage(bytes);
        this.address = sockets.allocate(ADDRESS_BYTES);
        address.putShort(0, (short) AF_NETLINK).putInt(8, TCP_DESTROY);
    }

    /** From now on the kernel tells. Does nothing where it refuses or where it tells already. */
    public void join() {
        if (descriptor != CLOSED || refused) {
            return;
        }
        int opened = sockets.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
        if (opened < 0) {
            return;
        }
        if (sockets.bind(opened, address) < 0) {
            refused = true;
            sockets.close(opened);
        } else {
            descriptor = opened;
        }
    }

    public void leave() {
        if (descriptor != CLOSED) {
            sockets.close(descriptor);
            descriptor = CLOSED;
        }
    }

    /**
     * Shows what the kernel has told since the last time; waits for nothing.
     *
     * @param visitor is handed the same row object again and again
     * @return whether that is all: false where the queue was full, so that the kernel told less than there was
     */
    public boolean drain(Consumer<SocketRow> visitor) {
        boolean all = true;
        for (int i = 0; i < MOST_MESSAGES && descriptor != CLOSED; i++) {
            int received = sockets.recv(descriptor, bytes, MSG_DONTWAIT);
            if (received == -NativeSockets.ENOBUFS) {
                all = false;
            } else if (received > 0) {
                read(received, visitor);
            } else if (received != -NativeSockets.EINTR) {
                break;
            }
        }
        return all;
    }

    private void read(int end, Consumer<SocketRow> visitor) {
        int length = end < HEADER_BYTES ? 0 : bytes.getInt(0);
        if (length <= HEADER_BYTES || length > end || bytes.getShort(4) != SOCK_DIAG_BY_FAMILY) {
            return;
        }
        if (message.read(HEADER_BYTES, length, true)) {
            visitor.accept(message.row);
        }
    }

    @Override
    public void close() {
        leave();
    }
}
