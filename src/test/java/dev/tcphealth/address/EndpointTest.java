package dev.tcphealth.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTest {

    /** The examples of RFC 5952, sections 1, 2.2, 4 and 5, and IPv4. */
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "127.0.0.1, 127.0.0.1",
        "255.255.255.255, 255.255.255.255",
        "10.0.0.5, 10.0.0.5",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:0, 2001:db8:0:0:1::",
        "2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:AAAA, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa",
        "2001:db8:aaaa:bbbb:cccc:dddd:0:1, 2001:db8:aaaa:bbbb:cccc:dddd:0:1",
        "0:0:1:0:0:0:0:0, 0:0:1::",
        "0:1:0:1:0:1:0:1, 0:1:0:1:0:1:0:1",
        "0:0:0:0:0:0:0:ffff, ::ffff",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "fe80::1, fe80::1",
        "::ffff:0:0:0, ::ffff:0:0:0",
        "1:0:0:0:0:0:0:0, 1::",
        "0:0:0:0:1:0:0:0, ::1:0:0:0",
    })
    void isWrittenAsRfc5952Says(String address, String text) throws UnknownHostException {
        Endpoint endpoint = Endpoint.of(InetAddress.getByName(address), 8080);
        assertThat(endpoint.host()).isEqualTo(text);
        assertThat(endpoint).hasToString(text.contains(":") ? "[" + text + "]:8080" : text + ":8080");
        assertThat(InetAddress.getByName(endpoint.host())).isEqualTo(InetAddress.getByName(address));
    }

    @Test
    void ipv4AndItsMappedFormAreOne() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, (byte) 200};
        Endpoint four = Endpoint.ipv4(0xc00002c8, 5);
        assertThat(Endpoint.of(Inet6Address.getByAddress("", mapped, -1), 5)).isEqualTo(four);
        assertThat(Endpoint.of(InetAddress.getByName("192.0.2.200"), 5)).isEqualTo(four);
        assertThat(four.isIpv4()).isTrue();
        assertThat(Endpoint.of(InetAddress.getByName("::c000:2c8"), 5)).isNotEqualTo(four);
    }

    @Test
    void scopesAreDropped() throws UnknownHostException {
        byte[] link = InetAddress.getByName("fe80::1").getAddress();
        assertThat(Endpoint.of(Inet6Address.getByAddress(null, link, 3), 1))
                .isEqualTo(Endpoint.of(Inet6Address.getByAddress(null, link, 4), 1));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true, false",
        "127.255.255.255, true, false",
        "128.0.0.1, false, false",
        "126.0.0.1, false, false",
        "::1, true, false",
        "::2, false, false",
        "1::1, false, false",
        "0.0.0.0, false, true",
        "::, false, true",
        "1::, false, false",
        "0.0.0.1, false, false",
    })
    void tellsLoopbackAndWildcard(String address, boolean loopback, boolean wildcard) throws UnknownHostException {
        Endpoint endpoint = Endpoint.of(InetAddress.getByName(address), 1);
        assertThat(endpoint.isLoopback()).isEqualTo(loopback);
        assertThat(endpoint.isWildcard()).isEqualTo(wildcard);
        assertThat(InetAddress.getByName(address).isLoopbackAddress()).isEqualTo(loopback);
        assertThat(InetAddress.getByName(address).isAnyLocalAddress()).isEqualTo(wildcard);
    }
}
