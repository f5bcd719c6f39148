package dev.tcphealth.correlate;

/**
 * The segments retransmitted in the network namespace since the start of the agent or the last reset, split. {@code ours
 * + others} is {@code host}, always.
 *
 * @param host the kernel's count, SYNs and SYN-ACKs included; -1 where it is not known
 * @param ours by connections of this JVM: the sum over code paths
 * @param others by other processes, by sockets from before the agent, or after the last look at a connection that ended
 */
public record Retransmissions(long host, long ours, long others) {

    public static final Retransmissions UNKNOWN = new Retransmissions(-1, 0, -1);
}
