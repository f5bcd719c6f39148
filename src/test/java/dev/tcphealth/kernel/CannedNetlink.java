package dev.tcphealth.kernel;

import java.nio.ByteBuffer;
import java.util.List;

/** Gives the same datagrams to every request, without making garbage itself. */
final class CannedNetlink implements NativeSockets {

    private final List<byte[]> datagrams;
    private int sequence;
    private int next;

    CannedNetlink(List<byte[]> datagrams) {
        this.datagrams = datagrams;
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return 7;
    }

    @Override
    public int send(int descriptor, ByteBuffer direct, int flags) {
        sequence = direct.getInt(8);
        next = 0;
        return direct.remaining();
    }

    @Override
    public int recv(int descriptor, ByteBuffer direct, int flags) {
        byte[] datagram = datagrams.get(next++);
        direct.put(0, datagram);
        for (int at = 0; at < datagram.length; at += direct.getInt(at) + 3 & ~3) {
            direct.putInt(at + 8, sequence);
        }
        return datagram.length;
    }

    @Override
    public int getsockopt(int descriptor, int level, int option, byte[] value) {
        return -ENOSYS;
    }

    @Override
    public int close(int descriptor) {
        return 0;
    }

    @Override
    public void dispose() {}
}
