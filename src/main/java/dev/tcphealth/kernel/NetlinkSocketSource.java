package dev.tcphealth.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sockets from NETLINK_SOCK_DIAG (sock_diag(7), net/ipv4/inet_diag.c): the kernel filters by state, and hands over
 * binary rows in messages of up to 32 KB, a tenth of the time of /proc. Makes no garbage per row.
 *
 * <p>Shows the network namespace that the calling thread is in. Every reading opens a netlink socket of its own, which
 * costs 10 us: nothing is left of the reading before, and nothing stays open. The dump is no snapshot ({@link RecentRows}).
 *
 * <p>Two differences to /proc: a connection whose handshake is not complete is shown as SYN_RECV, where /proc says
 * NEW_SYN_RECV as well since Linux 4.4; and TCP_INFO is given.
 */
public final class NetlinkSocketSource implements SocketSource {

    // include/linux/socket.h
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;

    // include/uapi/linux/netlink.h
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int HEADER_BYTES = 16;
    private static final int NLMSG_NOOP = 1;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLMSG_OVERRUN = 4;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLM_F_DUMP_INTR = 0x10;

    // include/uapi/linux/sock_diag.h, inet_diag.h
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int IPPROTO_TCP = 6;
    private static final int REQUEST_BYTES = HEADER_BYTES + 56;

    /** The kernel makes its messages as long as the longest buffer it was offered, and no longer than 32 KB. */
    private static final int BUFFER_BYTES = 64 * 1024;

    /** How often a dump begins again before the reading is given up. */
    private static final int TRIES = 4;

    /** The kernel has the next message ready when the one before is taken, so that an empty queue is an odd case. */
    private static final int EMPTY_QUEUES = 1000;

    private static final long PAUSE_NANOS = 1_000_000;

    private static final int INTERRUPTIONS = 1000;

    private final NativeSockets sockets;
    private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());

    private final InetDiagMessage message = new InetDiagMessage(bytes);
    private final SocketRow row = message.row;
    private final RecentRows recent = new RecentRows();
    private int sequence;

    // of the reading under way
    private int states;
    private boolean tcpInfo;
    private int family;
    private int gaps;
    private boolean done;
    private boolean lostPlace;

    public NetlinkSocketSource(NativeSockets sockets) {
        this.sockets = sockets;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A gap is a row in a state unknown to {@link TcpState}, or of another shape than this kernel's inet_diag_msg, or
     * the rest of a message whose lengths make no sense.
     *
     * @throws IOException where the kernel has no sock_diag or refuses it, which a container's seccomp profile or gVisor
     *     may do: then ProcSocketSource may work. The message says what was refused and how.
     */
    @Override
    public int forEach(int states, boolean tcpInfo, Consumer<SocketRow> visitor, @Nullable Runnable again)
            throws IOException {
        this.states = states & TcpState.ALL_BITS;
        this.tcpInfo = tcpInfo;
        for (int tries = 1; ; tries++) {
            if (dumpAll(visitor)) {
                return gaps;
            }
            if (again == null || tries == TRIES) {
                throw new IOException("sock_diag: the kernel's list of sockets was interrupted "
                        + (tries == 1 ? "" : tries + " times in a row"));
            }
            again.run();
        }
    }

    /** @return whether the rows are all there are, each once: false where the kernel has lost its place */
    private boolean dumpAll(Consumer<SocketRow> visitor) throws IOException {
        gaps = 0;
        lostPlace = false;
        recent.clear();
        int descriptor = open();
        try {
            dump(descriptor, AF_INET, visitor);
            if (!lostPlace) {
                dump(descriptor, AF_INET6, visitor);
            }
            return !lostPlace;
        } finally {
            sockets.close(descriptor);
        }
    }

    private int open() throws IOException {
        int result = sockets.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
        if (result < 0) {
            throw failure("socket", -result);
        }
        return result;
    }

    private void dump(int descriptor, int family, Consumer<SocketRow> visitor) throws IOException {
        this.family = family;
        send(descriptor);
        done = false;
        while (!done && !lostPlace) {
            int received = receive(descriptor);
            if (received == -NativeSockets.ENOBUFS || received > bytes.capacity()) {
                lostPlace = true;
            } else {
                readMessages(received, visitor);
            }
        }
    }

    private void send(int descriptor) throws IOException {
        sequence++;
        for (int at = 0; at < REQUEST_BYTES; at += Integer.BYTES) {
            request.putInt(at, 0);
        }
        request.putInt(0, REQUEST_BYTES);
        request.putShort(4, (short) SOCK_DIAG_BY_FAMILY);
        request.putShort(6, (short) (NLM_F_REQUEST | NLM_F_DUMP));
        request.putInt(8, sequence);
        request.put(HEADER_BYTES, (byte) family);
        request.put(HEADER_BYTES + 1, (byte) IPPROTO_TCP);
        request.put(HEADER_BYTES + 2, (byte) (tcpInfo ? 1 << (InetDiagMessage.INET_DIAG_INFO - 1) : 0));
        request.putInt(HEADER_BYTES + 4, states);
        int sent = -NativeSockets.EINTR;
        for (int i = 0; i < INTERRUPTIONS && sent == -NativeSockets.EINTR; i++) {
            sent = sockets.send(descriptor, request, 0);
        }
        if (sent < 0) {
            throw failure("request", -sent);
        }
        if (sent != REQUEST_BYTES) {
            throw new IOException("sock_diag: the kernel took " + sent + " of " + REQUEST_BYTES + " bytes");
        }
    }

    /** @return the length of the next datagram, which may be more than the buffer holds, or -ENOBUFS */
    private int receive(int descriptor) throws IOException {
        int received = -NativeSockets.EINTR;
        int interruptions = 0;
        int emptyQueues = 0;
        while (interruptions < INTERRUPTIONS && emptyQueues < EMPTY_QUEUES) {
            received = sockets.recv(descriptor, bytes, MSG_DONTWAIT | MSG_TRUNC);
            if (received == -NativeSockets.EINTR) {
                interruptions++;
            } else if (received == -NativeSockets.EAGAIN) {
                emptyQueues++;
                LockSupport.parkNanos(this, PAUSE_NANOS);
            } else {
                break;
            }
        }
        if (received == 0) {
            throw new IOException("sock_diag: the kernel's answer ended too soon");
        }
        if (received < 0 && received != -NativeSockets.ENOBUFS) {
            throw failure("answer", -received);
        }
        return received;
    }

    /** Reads the messages of one datagram. */
    private void readMessages(int end, Consumer<SocketRow> visitor) throws IOException {
        int at = 0;
        while (!done && !lostPlace && at < end) {
            int length = end - at < HEADER_BYTES ? 0 : bytes.getInt(at);
            if (length < HEADER_BYTES || length > end - at) {
                gaps++;
                return;
            }
            if (bytes.getInt(at + 8) == sequence) {
                readMessage(at, length, visitor);
            }
            at += aligned(length);
        }
    }

    private void readMessage(int at, int length, Consumer<SocketRow> visitor) throws IOException {
        if ((bytes.getShort(at + 6) & NLM_F_DUMP_INTR) != 0) {
            lostPlace = true;
            return;
        }
        switch (bytes.getShort(at + 4) & 0xffff) {
            case SOCK_DIAG_BY_FAMILY -> {
                if (!message.read(at + HEADER_BYTES, at + length, family, tcpInfo)) {
                    gaps++;
                } else if ((row.state.bit() & states) != 0 && !recent.repeated(row)) {
                    visitor.accept(row);
                }
            }
            case NLMSG_DONE -> {
                done = true;
                refuse(length < HEADER_BYTES + Integer.BYTES ? 0 : bytes.getInt(at + HEADER_BYTES));
            }
            case NLMSG_ERROR -> {
                if (length < HEADER_BYTES + Integer.BYTES) {
                    throw new IOException("sock_diag: the kernel reports an error and does not say which");
                }
                refuse(bytes.getInt(at + HEADER_BYTES));
            }
            case NLMSG_OVERRUN -> lostPlace = true;
            case NLMSG_NOOP -> {}
            default -> gaps++;
        }
    }

    private static void refuse(int error) throws IOException {
        if (error != 0) {
            throw failure("answer", Math.abs(error));
        }
    }

    private static int aligned(int length) {
        return length + 3 & ~3;
    }

    private static IOException failure(String call, int errno) {
        return new IOException("sock_diag: " + call + ": " + NativeSockets.meaning(errno));
    }
}
