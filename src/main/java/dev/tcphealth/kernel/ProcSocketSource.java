package dev.tcphealth.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sockets from /proc/self/net/tcp and tcp6: works everywhere, but the kernel takes about 2 us to print a row, so 57,000
 * sockets in TIME_WAIT cost 0.1 s. Makes no garbage per row.
 *
 * <p>The files are no snapshot: rows that the kernel repeats are left out, without counting as not understood
 * ({@link RecentRows}).
 *
 * <p>An embryonic IPv4 connection to an IPv6 listener stands in tcp, and once accepted in tcp6: it is shown twice if that
 * happens between the reading of the two.
 */
public final class ProcSocketSource implements SocketSource {

    /** Two of the kernel's reads, and fifty times the longest row. */
    private static final int BUFFER_BYTES = 8192;

    private final Path tcp;
    private final Path tcp6;
    private final DescriptorReserve reserve;
    private final ProcTcpRow parser;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final SocketRow row = new SocketRow();
    private final RecentRows recent = new RecentRows();
    private int wanted;
    private int understood;

    /** The sockets of this process's network namespace. */
    public ProcSocketSource() {
        this(Path.of("/proc/self"));
    }

    /** @param reserve where a descriptor comes from when none is left */
    public ProcSocketSource(DescriptorReserve reserve) {
        this(Path.of("/proc/self"), ByteOrder.nativeOrder(), reserve);
    }

    /** @param process the folder that holds {@code net/tcp}: /proc/self, or /proc/PID for another's namespace */
    public ProcSocketSource(Path process) {
        this(process, ByteOrder.nativeOrder());
    }

    ProcSocketSource(Path process, ByteOrder order) {
        this(process, order, DescriptorReserve.none());
    }

    private ProcSocketSource(Path process, ByteOrder order, DescriptorReserve reserve) {
        this.reserve = reserve;
        tcp = process.resolve("net/tcp");
        tcp6 = process.resolve("net/tcp6");
        parser = new ProcTcpRow(order == ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The files tell nothing of {@link SocketRow#tcpInfo} and {@link SocketRow#backlog}, and the kernel prints all
     * states whichever are wanted. Rows that are cut short, garbled, too long or in a state unknown to {@link TcpState} count as not understood.
     *
     * @throws IOException where net/tcp cannot be read, or net/tcp6 is there and cannot be read, or there is neither the
     *     kernel's heading nor a row in it, or rows and none is understood; the message names the file. Rows may have been
     *     shown by then.
     */
    @Override
    public int forEach(int states, boolean tcpInfo, Consumer<SocketRow> visitor, @Nullable Runnable again)
            throws IOException {
        recent.clear();
        wanted = states;
        int leftOut = forEach(tcp, 1, true, visitor);
        return leftOut + forEach(tcp6, 4, false, visitor);
    }

    private int forEach(Path file, int words, boolean required, Consumer<SocketRow> visitor) throws IOException {
        try (InputStream in = reserve.open(() -> ProcFile.open(file))) {
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
        understood = 0;
        boolean heading = false;
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
                heading |= header;
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
        leftOut += cutShort ? 1 : 0;
        if (understood == 0 && (leftOut > 0 || !heading)) {
            throw new IOException("not understood");
        }
        return leftOut;
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
        understood++;
        if ((row.state.bit() & wanted) != 0 && !recent.repeated(row)) {
            visitor.accept(row);
        }
        return true;
    }
}
