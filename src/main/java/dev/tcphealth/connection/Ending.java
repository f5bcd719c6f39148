package dev.tcphealth.connection;

/** How a connection came to its end, by the kernel's state when the application closed it (RFC 9293, section 3.6). */
public enum Ending {
    /** We closed first, with a FIN: this end goes through TIME_WAIT. */
    ACTIVE_FIN,

    /** The peer had closed first: no TIME_WAIT at this end. */
    PASSIVE_FIN,

    /** Our close was a reset: SO_LINGER of 0, or data the application had not read (RFC 2525, section 2.17). */
    OUR_RESET,

    /** The peer had reset it. */
    PEER_RESET,

    /** It had never been connected. */
    NEVER_CONNECTED,

    /** The kernel's state could not be asked. */
    UNKNOWN
}
