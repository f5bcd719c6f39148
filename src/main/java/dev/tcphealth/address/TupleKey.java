package dev.tcphealth.address;

/**
 * A 64-bit key for a connection's 4-tuple, seen from one end: (local, remote) and (remote, local) differ.
 *
 * <p>The key stands for the 36 bytes of the tuple in tables that must stay small. It is a hash with a full avalanche of
 * every part (the finaliser of MurmurHash3), so among 100,000 connections two share a key with a probability of 3e-10.
 */
public final class TupleKey {

    private static final long SEED = 0x9e3779b97f4a7c15L;

    private TupleKey() {}

    /** Never 0, which tables use for an empty place. */
    public static long of(long localHi, long localLo, int localPort, long remoteHi, long remoteLo, int remotePort) {
        long key = SEED;
        if ((localHi | remoteHi) != 0) {
            key = mix(mix(localHi + SEED) + remoteHi);
        }
        key = mix(key ^ localLo);
        key = mix(key + remoteLo);
        key = mix(key ^ ((long) localPort << 32 | remotePort));
        return key == 0 ? 1 : key;
    }

    public static long of(Endpoint local, Endpoint remote) {
        return of(local.hi(), local.lo(), local.port(), remote.hi(), remote.lo(), remote.port());
    }

    private static long mix(long value) {
        long x = value;
        x = (x ^ (x >>> 33)) * 0xff51afd7ed558ccdL;
        x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return x ^ (x >>> 33);
    }
}
