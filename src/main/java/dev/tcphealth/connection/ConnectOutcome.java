package dev.tcphealth.connection;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How an attempt to connect came out. */
public enum ConnectOutcome {
    CONNECTED,

    /** ECONNREFUSED: nobody listens there. */
    REFUSED,

    /** ETIMEDOUT, or the application's own limit. */
    TIMED_OUT,

    /** EHOSTUNREACH, ENETUNREACH. */
    UNREACHABLE,

    /** EADDRNOTAVAIL: every ephemeral port towards that destination is in use or in TIME_WAIT. */
    NO_LOCAL_PORT,

    /** Any other error, or the application closed the socket before the answer. */
    FAILED;

    /**
     * The outcome that an exception of the JDK's socket code stands for. The JDK has types for most error numbers
     * (handleSocketError in libnio's Net.c); the others are told apart by the C library's text.
     */
    static ConnectOutcome of(@Nullable Throwable thrown) {
        if (thrown instanceof SocketTimeoutException) {
            return TIMED_OUT;
        }
        if (thrown instanceof NoRouteToHostException) {
            return UNREACHABLE;
        }
        String message = thrown == null || thrown.getMessage() == null
                ? ""
                : thrown.getMessage().toLowerCase(Locale.ROOT);
        if (thrown instanceof BindException) {
            // also of EPERM and EACCES, by which a firewall, a security module or a route of type prohibit refuses
            return message.contains("not permitted") || message.contains("denied") ? FAILED : NO_LOCAL_PORT;
        }
        if (message.contains("unreachable")) {
            return UNREACHABLE;
        }
        if (thrown instanceof ConnectException) {
            return message.contains("timed out") ? TIMED_OUT : message.contains("refused") ? REFUSED : FAILED;
        }
        return FAILED;
    }
}
