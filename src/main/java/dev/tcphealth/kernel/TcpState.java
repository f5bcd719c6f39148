package dev.tcphealth.kernel;

import org.jspecify.annotations.Nullable;

/** The states of a TCP socket as Linux numbers and spells them (include/net/tcp_states.h, RFC 9293 section 3.3.2). */
public enum TcpState {
    ESTABLISHED(1),
    SYN_SENT(2),
    SYN_RECV(3),
    FIN_WAIT1(4),
    FIN_WAIT2(5),
    TIME_WAIT(6),
    CLOSE(7),
    CLOSE_WAIT(8),
    LAST_ACK(9),
    LISTEN(10),
    CLOSING(11),
    NEW_SYN_RECV(12);

    /** The {@link #bit}s of all states. */
    public static final int ALL_BITS = (1 << (NEW_SYN_RECV.number + 1)) - 2;

    private static final TcpState[] ALL = values();

    private final int number;

    TcpState(int number) {
        this.number = number;
    }

    /** How many states there are; {@link #number} runs from 1 to this. */
    public static int count() {
        return ALL.length;
    }

    /** The number the kernel uses, from 1. */
    public int number() {
        return number;
    }

    /** This state in a set of states, as the kernel takes it: 1 shifted by the number. */
    public int bit() {
        return 1 << number;
    }

    /** The state of the kernel's number, or null where this enum is older than the kernel. */
    public static @Nullable TcpState of(int number) {
        return number >= 1 && number <= ALL.length ? ALL[number - 1] : null;
    }
}
