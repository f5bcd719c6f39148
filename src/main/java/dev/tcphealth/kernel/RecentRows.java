package dev.tcphealth.kernel;

/**
 * Finds the rows that the kernel shows twice. It prints its table in pieces, and remembers in between only the hash
 * bucket and how many of the bucket's sockets it has shown ({@code tcp_seek_last_pos} in net/ipv4/tcp_ipv4.c,
 * {@code inet_diag_dump_icsk} in net/ipv4/inet_diag.c). So a socket added at the head of that bucket meanwhile makes the
 * kernel show the last one <em>again</em>, and a connection that turns into TIME_WAIT meanwhile may be shown in both
 * forms. The repeated row comes within a bucket's length of the first.
 *
 * <p>A socket removed from that bucket meanwhile makes the kernel <em>skip</em> one. That cannot be seen; the next
 * reading shows it.
 */
final class RecentRows {

    private static final int REMEMBERED = 16;

    private final long[] keys = new long[REMEMBERED];
    private final long[] inodes = new long[REMEMBERED];
    private int shown;

    void clear() {
        shown = 0;
    }

    /**
     * Whether the row, which has just been filled, was among the last ones; takes note of it if not. It was if one of them has the same 4-tuple
     * and not another inode: listeners that share a port by SO_REUSEPORT have the same 4-tuple, and an inode each.
     */
    boolean repeated(SocketRow row) {
        row.knownKey = 0;
        long key = row.key();
        row.knownKey = key;
        for (int i = Math.min(shown, REMEMBERED) - 1; i >= 0; i--) {
            if (keys[i] == key && (inodes[i] == row.inode || inodes[i] == 0 || row.inode == 0)) {
                return true;
            }
        }
        keys[shown % REMEMBERED] = key;
        inodes[shown % REMEMBERED] = row.inode;
        shown++;
        return false;
    }
}
