package dev.tcphealth.address;

import java.util.Optional;

/**
 * A range of addresses: all that share their first bits (RFC 4632, RFC 4291 section 2.3), in the canonical form of
 * {@link Endpoint}.
 *
 * @param hi the upper 64 bits of an address in it
 * @param lo the lower 64 bits
 * @param prefixBits how many of the 128 bits count: 96 more than people write for IPv4
 */
public record Subnet(long hi, long lo, int prefixBits) {

    private static final int IPV4_BITS = 96;

    /** @throws IllegalArgumentException unless prefixBits is 0 to 128 */
    public Subnet {
        if (prefixBits < 0 || prefixBits > 128) {
            throw new IllegalArgumentException("prefix of " + prefixBits + " bits");
        }
    }

    public static Subnet ipv4(int address, int prefixBits) {
        return new Subnet(0, Endpoint.IPV4_PREFIX | (address & 0xffffffffL), IPV4_BITS + prefixBits);
    }

    /** {@code 10.0.0.0/8} or {@code 2001:db8::/32}; an address alone is a subnet of one. Empty for any other text. */
    public static Optional<Subnet> parse(String text) {
        int slash = text.indexOf('/');
        Optional<Endpoint> address = Endpoint.parseHost(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        Endpoint at = address.get();
        int all = at.isIpv4() ? 32 : 128;
        int bits = slash < 0 ? all : decimal(text.substring(slash + 1));
        return bits < 0 || bits > all ? Optional.empty() : Optional.of(new Subnet(at.hi(), at.lo(), bits + 128 - all));
    }

    public boolean contains(Endpoint endpoint) {
        return same(hi, endpoint.hi(), Math.min(prefixBits, 64))
                && same(lo, endpoint.lo(), Math.max(prefixBits - 64, 0));
    }

    private static boolean same(long one, long other, int bits) {
        return bits == 0 || (one ^ other) >>> (64 - bits) == 0;
    }

    private static int decimal(String text) {
        return text.isEmpty() || text.length() > 3 || !text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? -1
                : Integer.parseInt(text);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        Endpoint at = new Endpoint(hi, lo, 0);
        return at.host() + "/" + (at.isIpv4() ? prefixBits - IPV4_BITS : prefixBits);
    }
}
