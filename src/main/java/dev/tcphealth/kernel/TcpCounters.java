package dev.tcphealth.kernel;

/**
 * Totals of /proc/net/snmp ({@code Tcp:}) and /proc/net/netstat ({@code TcpExt:}) since boot, IPv4 and IPv6 together,
 * found by name. A field is -1 where the kernel did not say.
 *
 * @param activeOpens ActiveOpens
 * @param passiveOpens PassiveOpens
 * @param attemptFails AttemptFails
 * @param establishedResets EstabResets
 * @param currentEstablished CurrEstab: sockets in ESTABLISHED or CLOSE_WAIT now
 * @param inSegments InSegs
 * @param outSegments OutSegs, retransmitted segments left out
 * @param retransmittedSegments RetransSegs
 * @param inErrors InErrs
 * @param outResets OutRsts
 * @param synRetransmits TcpExt TCPSynRetrans
 * @param listenOverflows TcpExt ListenOverflows
 * @param listenDrops TcpExt ListenDrops
 */
public record TcpCounters(
        long activeOpens,
        long passiveOpens,
        long attemptFails,
        long establishedResets,
        long currentEstablished,
        long inSegments,
        long outSegments,
        long retransmittedSegments,
        long inErrors,
        long outResets,
        long synRetransmits,
        long listenOverflows,
        long listenDrops) {

    public static final TcpCounters UNKNOWN = new TcpCounters(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
}
