package dev.tcphealth.kernel;

import dev.tcphealth.address.Endpoint;

/**
 * Parses one line of /proc/net/tcp or tcp6 (net/ipv4/tcp_ipv4.c {@code get_tcp4_sock}, net/ipv6/tcp_ipv6.c
 * {@code get_tcp6_sock}; proc_pid_net(5)) without making an object. Every field's width is checked, so that a line that
 * lost or gained a byte is refused rather than read wrongly. Not thread-safe.
 */
final class ProcTcpRow {

    private static final int WORD_DIGITS = 8;
    private static final long ERROR = -1;

    /** The kernel prints times in USER_HZ, which is 100 on every machine that Java runs on. */
    private static final long MILLIS_PER_TICK = 10;

    private static final byte[] HEX = hexValues();

    private final boolean littleEndian;

    private byte[] bytes = {};
    private int at;
    private int end;

    /** Whether all fields before {@link #at} were as they should be. */
    private boolean good;

    /** @param littleEndian the byte order of the machine that wrote the file */
    ProcTcpRow(boolean littleEndian) {
        this.littleEndian = littleEndian;
    }

    /**
     * Fills the row from a line.
     *
     * @param to where the line ends, its newline left out
     * @param words 32-bit words of an address: 1 in tcp, 4 in tcp6
     * @param row is filled; on failure it holds something undefined
     * @return whether the line was understood
     */
    boolean parse(byte[] line, int from, int to, int words, SocketRow row) {
        bytes = line;
        at = from;
        end = to;
        good = true;

        spaces(0);
        decimal();
        one(':');
        spaces(1);
        row.localHi = addressHi(words);
        row.localLo = addressLo(words);
        one(':');
        row.localPort = (int) hex(4);
        spaces(1);
        row.remoteHi = addressHi(words);
        row.remoteLo = addressLo(words);
        one(':');
        row.remotePort = (int) hex(4);
        spaces(1);
        TcpState state = TcpState.of((int) hex(2));
        spaces(1);
        row.sendQueue = hex(WORD_DIGITS);
        one(':');
        row.receiveQueue = hex(WORD_DIGITS);
        spaces(1);
        row.timer = (int) hex(2);
        one(':');
        row.timerMillis = expiry() * MILLIS_PER_TICK;
        spaces(1);
        row.attempts = (int) hex(WORD_DIGITS);
        spaces(1);
        long uid = decimal();
        spaces(1);
        if (at < end && bytes[at] == '-') {
            at++;
        }
        decimal();
        spaces(1);
        row.inode = decimal();
        if (state == null || !good || uid > 0xffffffffL || (at < end && bytes[at] != ' ')) {
            return false;
        }
        row.state = state;
        row.uid = (int) uid;
        return true;
    }

    private long addressHi(int words) {
        return words == 1 ? 0 : word() << 32 | word();
    }

    private long addressLo(int words) {
        return words == 1 ? Endpoint.IPV4_PREFIX | word() : word() << 32 | word();
    }

    /** 32 bits of an address, which the kernel prints as a number of the machine's byte order. */
    private long word() {
        int word = (int) hex(WORD_DIGITS);
        return (littleEndian ? Integer.reverseBytes(word) : word) & 0xffffffffL;
    }

    private void one(char expected) {
        if (at < end && bytes[at] == expected) {
            at++;
        } else {
            good = false;
        }
    }

    private void spaces(int atLeast) {
        int from = at;
        while (at < end && bytes[at] == ' ') {
            at++;
        }
        good &= at - from >= atLeast;
    }

    private long hex(int digits) {
        if (end - at < digits) {
            good = false;
            return ERROR;
        }
        long value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = HEX[bytes[at++] & 0xff];
            good &= digit >= 0;
            value = value << 4 | digit;
        }
        return value;
    }

    /** Ticks as a long: 8 digits, or more on 64-bit kernels where it is large. */
    private long expiry() {
        int from = at;
        long value = 0;
        while (at < end && HEX[bytes[at] & 0xff] >= 0) {
            value = value << 4 | HEX[bytes[at++] & 0xff];
        }
        good &= at - from >= WORD_DIGITS && at - from <= 2 * WORD_DIGITS;
        return value;
    }

    private long decimal() {
        int from = at;
        long value = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            int digit = bytes[at++] - '0';
            good &= value <= (Long.MAX_VALUE - digit) / 10;
            value = value * 10 + digit;
        }
        good &= at > from;
        return value;
    }

    private static byte[] hexValues() {
        byte[] values = new byte[256];
        for (int c = 0; c < values.length; c++) {
            values[c] = (byte) (c < 128 ? Character.digit(c, 16) : -1);
        }
        return values;
    }
}
