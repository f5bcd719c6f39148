package dev.tcphealth.correlate;

/**
 * One listening socket of this JVM. Several may listen at the same address (SO_REUSEPORT): they differ by inode.
 *
 * @param name its address and port, such as {@code 0.0.0.0:8080}
 * @param inode the socket's inode
 * @param codePathId the id of the code path that opened it
 * @param codePath the name of the code path that opened it
 * @param queue connections established and not yet accepted
 * @param backlog how many of these the kernel lets wait, or -1 where it does not say
 */
public record ListenerStats(String name, long inode, int codePathId, String codePath, long queue, long backlog) {}
