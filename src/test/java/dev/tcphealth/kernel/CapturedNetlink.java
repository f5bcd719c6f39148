package dev.tcphealth.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What Linux 6.18 on a little-endian machine answered to a request for all TCP sockets with TCP_INFO: per family one in
 * LISTEN, ESTABLISHED, CLOSE_WAIT, FIN_WAIT2 and TIME_WAIT, one that waits to be accepted, and a connection of IPv4 to
 * an IPv6 listener. Sequence numbers and port ids are 0, and the mark of the end is left out.
 */
final class CapturedNetlink {

    static final List<byte[]> IPV4 = List.of(read("sock-diag-ipv4.bin"));
    static final List<byte[]> IPV6 = List.of(read("sock-diag-ipv6.bin"));

    private CapturedNetlink() {}

    /** Where each of a datagram's messages ends. */
    static List<Integer> ends(byte[] datagram) {
        ByteBuffer bytes = ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> ends = new ArrayList<>();
        for (int at = 0; at < datagram.length; ) {
            at += bytes.getInt(at) + 3 & ~3;
            ends.add(at);
        }
        return ends;
    }

    private static byte[] read(String name) {
        try (InputStream in = CapturedNetlink.class.getResourceAsStream("linux-6.18/" + name)) {
            if (in == null) {
                throw new IOException(name + " is not there");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
