package dev.tcphealth.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Sockets from /proc/self/net/tcp and tcp6: works everywhere, but the kernel takes about 2 us to print a row, so 57,000
 * sockets in TIME_WAIT cost 0.1 s. Makes no garbage per row.
 *
 * <p>The files are no snapshot. The kernel prints about 4 KB per read(2) and remembers in between only the hash bucket
 * and how many of the bucket's sockets it has shown ({@code tcp_seek_last_pos} in net/ipv4/tcp_ipv4.c). So
 *
 * <ul>
 *   <li>a socket added at the head of that bucket meanwhile makes the kernel show the last one <em>again</em>, and a
 *       connection that turns into TIME_WAIT meanwhile may be shown in both forms. The repeated row comes within a
 *       bucket's length of the first, so a row is compared with the {@value #REMEMBERED} before it and left out, without
 *       counting as not understood, when it has the same 4-tuple and not another inode (listeners that share a port by
 *       SO_REUSEPORT have the same 4-tuple, and an inode each);
 *   <li>a socket removed from that bucket meanwhile makes the kernel <em>skip</em> one. That cannot be seen here; the
 *       next reading shows it.
 * </ul>
 *
 * <p>An embryonic IPv4 connection to an IPv6 listener stands in tcp, and once accepted in tcp6: it is shown twice if that
 * happens between the reading of the two.
 */
public final class ProcSocketSource implements SocketSource {

    private static final int REMEMBERED = 16;

    /** Two of the kernel's reads, and fifty times the longest row. */
    private static final int BUFFER_BYTES = 8192;

    private final Path tcp;
    private final Path tcp6;
    private final ProcTcpRow parser;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final SocketRow row = new SocketRow();
    private final long[] recentKeys = new long[REMEMBERED];
    private final long[] recentInodes = new long[REMEMBERED];
    private int shown;

    /** The sockets of this process's network namespace. */
    public ProcSocketSource() {
        this(Path.of("/proc/self"));
    }

    /** @param process the folder that holds {@code net/tcp}: /proc/self, or /proc/PID for another's namespace */
    public ProcSocketSource(Path process) {
        this(process, ByteOrder.nativeOrder());
    }

    ProcSocketSource(Path process, ByteOrder order) {
        tcp = process.resolve("net/tcp");
        tcp6 = process.resolve("net/tcp6");
        parser = new ProcTcpRow(order == ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Rows that are cut short, garbled, too long or in a state unknown to {@link TcpState} count as not understood.
     *
     * @throws IOException where net/tcp cannot be read, or net/tcp6 is there and cannot be read; the message names the
     *     file. Rows may have been shown by then.
     */
    @Override
    public int forEach(Consumer<SocketRow> visitor) throws IOException {
        shown = 0;
        int leftOut = forEach(tcp, 1, true, visitor);
        return leftOut + forEach(tcp6, 4, false, visitor);
    }

    private int forEach(Path file, int words, boolean required, Consumer<SocketRow> visitor) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return forEach(in, words, visitor);
        } catch (NoSuchFileException e) {
            if (required) {
                throw failure(file, e);
            }
            return 0;
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static IOException failure(Path file, IOException cause) {
        return new IOException(file + ": " + ProcFile.reason(cause), cause);
    }

    private int forEach(InputStream in, int words, Consumer<SocketRow> visitor) throws IOException {
        int leftOut = 0;
        int filled = 0;
        boolean firstLine = true;
        boolean overlong = false;
        for (int read = in.read(buffer); read > 0; read = in.read(buffer, filled, buffer.length - filled)) {
            int end = filled + read;
            int line = 0;
            for (int i = filled; i < end; i++) {
                if (buffer[i] != '\n') {
                    continue;
                }
                boolean header = firstLine && isHeader(line, i);
                if (!overlong && !header && !show(line, i, words, visitor)) {
                    leftOut++;
                }
                firstLine = false;
                overlong = false;
                line = i + 1;
            }
            filled = end - line;
            System.arraycopy(buffer, line, buffer, 0, filled);
            if (filled == buffer.length) {
                leftOut += overlong ? 0 : 1;
                overlong = true;
                filled = 0;
            }
        }
        boolean cutShort = filled > 0 && !overlong && !(firstLine && isHeader(0, filled));
        return cutShort ? leftOut + 1 : leftOut;
    }

    private boolean isHeader(int from, int to) {
        int at = from;
        while (at < to && buffer[at] == ' ') {
            at++;
        }
        return to - at >= 2 && buffer[at] == 's' && buffer[at + 1] == 'l';
    }

    private boolean show(int from, int to, int words, Consumer<SocketRow> visitor) {
        if (!parser.parse(buffer, from, to, words, row)) {
            return false;
        }
        if (!repeated(row.key(), row.inode)) {
            visitor.accept(row);
        }
        return true;
    }

    private boolean repeated(long key, long inode) {
        for (int i = Math.min(shown, REMEMBERED) - 1; i >= 0; i--) {
            if (recentKeys[i] == key && (recentInodes[i] == inode || recentInodes[i] == 0 || inode == 0)) {
                return true;
            }
        }
        recentKeys[shown % REMEMBERED] = key;
        recentInodes[shown % REMEMBERED] = inode;
        shown++;
        return false;
    }
}
