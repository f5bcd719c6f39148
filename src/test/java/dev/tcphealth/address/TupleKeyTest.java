package dev.tcphealth.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TupleKeyTest {

    private static final Endpoint CLIENT = Endpoint.ipv4(0x7f000001, 40_000);
    private static final Endpoint SERVER = Endpoint.ipv4(0x7f000001, 8080);

    @Test
    void theTwoEndsDiffer() {
        assertThat(TupleKey.of(CLIENT, SERVER)).isNotEqualTo(TupleKey.of(SERVER, CLIENT));
        assertThat(TupleKey.of(CLIENT, SERVER))
                .isEqualTo(TupleKey.of(Endpoint.ipv4(0x7f000001, 40_000), Endpoint.ipv4(0x7f000001, 8080)));
    }

    @Test
    void everyPartCounts() {
        long[] keys = {
            TupleKey.of(1, 2, 3, 4, 5, 6),
            TupleKey.of(0, 2, 3, 4, 5, 6),
            TupleKey.of(1, 0, 3, 4, 5, 6),
            TupleKey.of(1, 2, 0, 4, 5, 6),
            TupleKey.of(1, 2, 3, 0, 5, 6),
            TupleKey.of(1, 2, 3, 4, 0, 6),
            TupleKey.of(1, 2, 3, 4, 5, 0),
            TupleKey.of(4, 5, 6, 1, 2, 3),
            TupleKey.of(1, 2, 6, 4, 5, 3),
            TupleKey.of(2, 1, 3, 4, 5, 6),
        };
        assertThat(keys).doesNotHaveDuplicates().doesNotContain(0);
    }

    /** What connections look like: one address pair and all ports, one port and many peers, and the other way round. */
    @Test
    void aMillionConnectionsHaveAMillionKeys() {
        SplittableRandom random = new SplittableRandom(5952);
        long[] keys = new long[1_000_000];
        int i = 0;
        for (int port = 0; port < 65_536; port++) {
            keys[i++] = of(0x7f000001, port, 0x7f000001, 8080);
            keys[i++] = of(0x7f000001, 8080, 0x7f000001, port == 8080 ? 70_000 : port);
            keys[i++] = of(0x0a000001, port, 0x0a000002, 5432);
        }
        for (int peer = 0; peer < 200_000; peer++) {
            keys[i++] = of(0x0a000001, 443, 0xc0000000 + peer, 50_000);
            keys[i++] = TupleKey.of(0x20010db8L << 32, peer, 443, 0x20010db8L << 32, peer + 1, 50_000);
        }
        while (i < keys.length) {
            keys[i++] = TupleKey.of(
                    random.nextLong(),
                    random.nextLong(),
                    random.nextInt(65_536),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextInt(65_536));
        }
        Arrays.sort(keys);
        int same = 0;
        for (int k = 1; k < keys.length; k++) {
            same += keys[k] == keys[k - 1] ? 1 : 0;
        }
        assertThat(same).isZero();
        assertThat(Arrays.binarySearch(keys, 0)).isNegative();
    }

    private static long of(int local, int localPort, int remote, int remotePort) {
        return TupleKey.of(Endpoint.ipv4(local, localPort), Endpoint.ipv4(remote, remotePort));
    }
}
