package dev.tcphealth.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An IP address and a TCP port, in the one canonical form of this project: 128 bits, IPv4 as {@code ::ffff:a.b.c.d}
 * (RFC 4291, section 2.5.5.2). Scope ids are dropped, as the kernel's tables do not show them.
 *
 * @param hi the upper 64 bits of the address
 * @param lo the lower 64 bits of the address
 * @param port 0 to 65535
 */
public record Endpoint(long hi, long lo, int port) {

    /** The 32 bits above an IPv4 address in its mapped form. */
    public static final long IPV4_PREFIX = 0xffffL << 32;

    /** No address and no port: a socket that is not bound. */
    public static final Endpoint UNSPECIFIED = new Endpoint(0, 0, 0);

    public static Endpoint of(InetAddress address, int port) {
        return new Endpoint(hi(address), lo(address), port);
    }

    /**
     * An address as people write it, without a port: {@code 10.0.0.5} or {@code fe80::1}. Empty for any other text; names
     * are not looked up.
     */
    static Optional<Endpoint> parseHost(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')) {
            return Optional.empty();
        }
        boolean ipv6 = text.indexOf(':') >= 0;
        if (!ipv6 && !text.matches("[0-9]{1,3}([.][0-9]{1,3}){3}")) {
            return Optional.empty(); // the JDK would take "10" for an address, and "cafe" for a name to look up
        }
        try {
            return Optional.of(of(InetAddress.getByName(text), 0));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    public static Endpoint ipv4(int address, int port) {
        return new Endpoint(0, IPV4_PREFIX | (address & 0xffffffffL), port);
    }

    public static long hi(InetAddress address) {
        return address instanceof Inet4Address ? 0 : bigEndian(address.getAddress(), 0, 8);
    }

    public static long lo(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? IPV4_PREFIX | bigEndian(bytes, 0, 4) : bigEndian(bytes, 8, 8);
    }

    public boolean isIpv4() {
        return hi == 0 && (lo & 0xffffffff00000000L) == IPV4_PREFIX;
    }

    /** Whether the address is 127.0.0.0/8 or ::1. */
    public boolean isLoopback() {
        return isIpv4() ? ((lo >>> 24) & 0xff) == 127 : hi == 0 && lo == 1;
    }

    /** Whether the address is 0.0.0.0 or ::. */
    public boolean isWildcard() {
        return hi == 0 && (lo == 0 || lo == IPV4_PREFIX);
    }

    /** The address alone: {@code 10.0.0.5} or {@code fe80::1} (RFC 5952). */
    public String host() {
        return isIpv4() ? ipv4Text((int) lo) : ipv6Text(hi, lo);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Endpoint that && hi == that.hi && lo == that.lo && port == that.port;
    }

    /**
     * Written out, and not left to the record, which would have it bound at run time: on the thread of the application's
     * first connect, with 80 classes made for it in 30 ms.
     */
    @Override
    public int hashCode() {
        return (31 * Long.hashCode(hi) + Long.hashCode(lo)) * 31 + port;
    }

    /** {@code 10.0.0.5:5432} or {@code [::1]:5432}. */
    @Override
    public String toString() {
        return isIpv4() ? host() + ":" + port : "[" + host() + "]:" + port;
    }

    private static long bigEndian(byte[] bytes, int from, int length) {
        long value = 0;
        for (int i = from; i < from + length; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    private static String ipv4Text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }

    private static String ipv6Text(long hi, long lo) {
        int longestAt = -1;
        int longest = 1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && group(hi, lo, i + run) == 0) {
                run++;
            }
            if (run > longest) {
                longest = run;
                longestAt = i;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; ) {
            if (i == longestAt) {
                text.append("::");
                i += longest;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(hi, lo, i)));
                i++;
            }
        }
        return text.toString();
    }

    private static int group(long hi, long lo, int index) {
        return (int) ((index < 4 ? hi >>> (48 - 16 * index) : lo >>> (48 - 16 * (index - 4))) & 0xffff);
    }
}
