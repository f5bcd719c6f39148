package dev.tcphealth.correlate;

/**
 * Finds who listens for the connections that nobody has accepted: they have no inode, and their address or at least their
 * port is the listener's. Where others listen there too (SO_REUSEPORT), nobody knows whose they are.
 */
final class AcceptQueues {

    // Listeners that are no live connection, beyond every place in the list of these.
    static final long SOMEBODY_ELSES = 1L << 32;
    static final long FROM_BEFORE = SOMEBODY_ELSES + 1;

    private final LongMap byLocal = new LongMap();
    private final LongMap byRow = new LongMap();

    void find(SocketRows rows, LongMap liveByInode, Strangers strangers) {
        byLocal.clear();
        byRow.clear();
        if (rows.waitingCount() == 0) {
            return;
        }
        for (SocketRows.Listener listener : rows.listeners()) {
            long at = liveByInode.get(listener.inode());
            if (at == LongMap.ABSENT) {
                at = strangers.contains(listener.inode()) ? FROM_BEFORE : SOMEBODY_ELSES;
            }
            if (at == SOMEBODY_ELSES || byLocal.get(listener.local()) != SOMEBODY_ELSES) {
                byLocal.put(listener.local(), at);
            }
        }
        for (int i = 0; i < rows.waitingCount(); i++) {
            long at = rows.listenerOf(i, byLocal);
            if (at != LongMap.ABSENT) {
                byRow.put(rows.waiting(i) + 1L, at);
            }
        }
    }

    /** The place of the listener among the live connections, or one of the constants; SOMEBODY_ELSES where none listens. */
    long listenerOf(int row) {
        long at = byRow.get(row + 1L);
        return at == LongMap.ABSENT ? SOMEBODY_ELSES : at;
    }
}
