package dev.tcphealth.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Standard output. It remembers the first error, which every PrintStream around it keeps to itself. */
final class Results extends FilterOutputStream {
    private static final String NO_READER = "broken pipe"; // EPIPE, in English

    private volatile @Nullable IOException failure;

    Results(OutputStream to) {
        super(to);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        try {
            out.write(from, offset, length);
        } catch (IOException e) {
            throw remembered(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw remembered(e);
        }
    }

    private IOException remembered(IOException e) {
        if (failure == null) {
            failure = e;
        }
        return e;
    }

    /** Why not all was written. Empty where it was, or where the reader wanted no more, as {@code head} does. */
    Optional<String> failure() {
        IOException first = failure;
        if (first == null) {
            return Optional.empty();
        }
        String reason = String.valueOf(first.getMessage());
        boolean closed = reason.toLowerCase(Locale.ROOT).contains(NO_READER) || Reader.gone();
        return closed ? Optional.empty() : Optional.of(reason);
    }
}
