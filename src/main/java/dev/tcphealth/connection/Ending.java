package dev.tcphealth.connection;

/** How a connection came to its end, by the kernel's state when the application closed it (RFC 9293, section 3.6). */
public enum Ending {
    /** We closed first, with a FIN: this end goes through TIME_WAIT. */
    ACTIVE_FIN,

    /** The peer had closed first: no TIME_WAIT at this end. */
    PASSIVE_FIN,

    /**
     * Our close was a reset: SO_LINGER of 0, or data the application had not read (RFC 2525, section 2.17). Known for
     * certain, and counted, when the descriptor is released.
     */
    OUR_RESET,

    /** The peer had reset it, or the kernel had given it up: both leave it in CLOSE without a FIN of ours. */
    PEER_RESET,

    /** It had never been connected. */
    NEVER_CONNECTED,

    /** The kernel's state could not be asked. */
    UNKNOWN
}
