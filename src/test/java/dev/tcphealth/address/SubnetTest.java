package dev.tcphealth.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,        10.255.0.1, true",
        "10.0.0.0/8,        11.0.0.1,   false",
        "10.0.0.4/30,       10.0.0.7,   true",
        "10.0.0.4/30,       10.0.0.8,   false",
        "10.0.0.5,          10.0.0.5,   true",
        "10.0.0.5,          10.0.0.4,   false",
        "0.0.0.0/0,         8.8.8.8,    true",
        "0.0.0.0/0,         2001:db8::1, false",
        "2001:db8::/32,     2001:db8:ffff::1, true",
        "2001:db8::/32,     2001:db9::1, false",
        "fe80::/64,         fe80::1,    true",
        "fe80::/65,         fe80::8000:0:0:1, false",
        "::1,               ::1,        true",
        "::/0,              2001:db8::1, true",
    })
    void containsWhatSharesItsFirstBits(String subnet, String address, boolean contained) throws UnknownHostException {
        Endpoint endpoint = Endpoint.of(InetAddress.getByName(address), 80);
        assertThat(Subnet.parse(subnet).orElseThrow().contains(endpoint)).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "10/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10.0.0.256/8",
                "cafe",
                "localhost",
                "::/129",
                "fe80::1%eth0/64",
                "1.2.3.4:80",
                "10.0.0.0/1000000000000",
                "10.0.0.0/٣"
            })
    void whatIsNoSubnetIsNone(String text) {
        assertThat(Subnet.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "192.168.1.1/32", "2001:db8::/32", "::1/128"})
    void isWrittenAsItIsRead(String text) {
        assertThat(Subnet.parse(text).orElseThrow()).hasToString(text);
    }

    @Test
    void noPrefixIsLongerThanAnAddress() {
        assertThatThrownBy(() -> new Subnet(0, 0, 129)).isInstanceOf(IllegalArgumentException.class);
    }
}
