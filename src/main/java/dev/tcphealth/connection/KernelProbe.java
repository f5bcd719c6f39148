package dev.tcphealth.connection;

import java.io.FileDescriptor;

/**
 * What the kernel says of a connection at one instant, asked on the thread of the application that is about to change
 * it. Makes no garbage, waits for nobody, throws nothing.
 */
public interface KernelProbe {

    /** Where the kernel cannot be asked. */
    KernelProbe NONE = new KernelProbe() {
        @Override
        public Ending ending(Connection connection, FileDescriptor fd) {
            return Ending.UNKNOWN;
        }

        @Override
        public long retransmitted(Connection connection) {
            return -1;
        }
    };

    /** How the connection ends if it is closed now; its totals are counted on the way. */
    Ending ending(Connection connection, FileDescriptor fd);

    /**
     * Who would have closed first if we sent a FIN now, whatever there is to be read: ACTIVE_FIN or PASSIVE_FIN; or
     * PEER_RESET if no segment can be sent any more.
     */
    default Ending byFin(Connection connection, FileDescriptor fd) {
        return ending(connection, fd);
    }

    /** The same, of a connection that is about to be shut down for output; what it has received until now is noted. */
    default Ending halfClosing(Connection connection, FileDescriptor fd) {
        return byFin(connection, fd);
    }

    /** Segments the connection has retransmitted until now, or -1. */
    long retransmitted(Connection connection);
}
