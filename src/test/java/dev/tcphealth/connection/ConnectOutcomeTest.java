package dev.tcphealth.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class ConnectOutcomeTest {

    @Test
    void byTheJdksExceptionAndTheCLibrarysText() {
        assertThat(ConnectOutcome.of(new ConnectException("Connection refused")))
                .isEqualTo(ConnectOutcome.REFUSED);
        assertThat(ConnectOutcome.of(new ConnectException("Connection timed out")))
                .isEqualTo(ConnectOutcome.TIMED_OUT);
        assertThat(ConnectOutcome.of(new ConnectException("Transport endpoint is not connected")))
                .isEqualTo(ConnectOutcome.FAILED);
        assertThat(ConnectOutcome.of(new SocketTimeoutException("Connect timed out")))
                .isEqualTo(ConnectOutcome.TIMED_OUT);
        assertThat(ConnectOutcome.of(new NoRouteToHostException("No route to host")))
                .isEqualTo(ConnectOutcome.UNREACHABLE);
        assertThat(ConnectOutcome.of(new SocketException("Network is unreachable")))
                .isEqualTo(ConnectOutcome.UNREACHABLE);
        assertThat(ConnectOutcome.of(new SocketException("Invalid argument"))).isEqualTo(ConnectOutcome.FAILED);
    }

    @Test
    void onlyAnAddressThatIsNotAvailableIsWantOfAPort() {
        assertThat(ConnectOutcome.of(new BindException("Cannot assign requested address")))
                .isEqualTo(ConnectOutcome.NO_LOCAL_PORT);
        assertThat(ConnectOutcome.of(new BindException("Address not available")))
                .as("the text of musl")
                .isEqualTo(ConnectOutcome.NO_LOCAL_PORT);
        assertThat(ConnectOutcome.of(new BindException("Operation not permitted")))
                .isEqualTo(ConnectOutcome.FAILED);
        assertThat(ConnectOutcome.of(new BindException("Permission denied"))).isEqualTo(ConnectOutcome.FAILED);
    }

    @Test
    void nothingThrownIsNoReason() {
        assertThat(ConnectOutcome.of(null)).isEqualTo(ConnectOutcome.FAILED);
        assertThat(ConnectOutcome.of(new SocketException())).isEqualTo(ConnectOutcome.FAILED);
    }
}
