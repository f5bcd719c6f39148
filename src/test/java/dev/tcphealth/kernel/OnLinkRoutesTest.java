package dev.tcphealth.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tcphealth.address.Subnet;
import org.junit.jupiter.api.Test;

class OnLinkRoutesTest {

    private static final String IPV4 = """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
            eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            eth1\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            eth1\t0002A8C0\t0101A8C0\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0
            *\t0003A8C0\t00000000\t0201\t0\t0\t0\t00FFFFFF\t0\t0\t0
            eth2\t0004A8C0\t00000000\t0000\t0\t0\t0\t00FFFFFF\t0\t0\t0
            """;

    private static final String IPV6 = """
            20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
            00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010db8000000000000000000000001 00000400 00000001 00000000 00000003     eth0
            00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo
            20010db9000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
            """;

    @Test
    void onlyWhatNeedsNoGatewayAndIsUpIsOnLink() {
        assertThat(OnLinkRoutes.ipv4(IPV4)).map(Subnet::toString).containsExactly("10.0.0.0/24", "192.168.1.0/24");
        assertThat(OnLinkRoutes.ipv6(IPV6)).map(Subnet::toString).containsExactly("2001:db8::/64", "::1/128");
    }

    @Test
    void cutShortOrMadeUpTheyDoNoHarm() {
        for (int end = 0; end < IPV4.length(); end++) {
            assertThat(OnLinkRoutes.ipv4(IPV4.substring(0, end))).hasSizeLessThanOrEqualTo(2);
        }
        for (int end = 0; end < IPV6.length(); end++) {
            assertThat(OnLinkRoutes.ipv6(IPV6.substring(0, end))).hasSizeLessThanOrEqualTo(2);
        }
        assertThat(OnLinkRoutes.ipv6(IPV6.replace("20010db8", "xxxxxxxx"))).hasSize(1);
        assertThat(OnLinkRoutes.ipv4(IPV4.repeat(1000))).hasSize(OnLinkRoutes.MOST);
    }
}
