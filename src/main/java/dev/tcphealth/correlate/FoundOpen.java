package dev.tcphealth.correlate;

/**
 * Counts the connections of this process whose opening the agent did not see, by inode: how many there have been, and how
 * many are gone, whoever closed them and whether an event told of it or not.
 *
 * <p>After the first sample one counts when it is found in two samples in a row: the thread that opens it may have been
 * stopped between the system call and the hook, and may close it before the next sample.
 */
final class FoundOpen {

    private static final long SEEN = 1;
    private static final long COUNTED = 2;

    private LongMap open = new LongMap();
    private LongMap before = new LongMap();
    private long found;
    private int openNow;
    private int openBefore;
    private boolean first = true;
    private boolean begun;

    /** Begins a sample. */
    void begin() {
        first = !begun;
        begun = true;
        openBefore = openNow;
        LongMap spare = before;
        before = open;
        open = spare;
        open.clear();
        openNow = 0;
    }

    /** One of them is open. */
    void add(long inode) {
        if (open.get(inode) != LongMap.ABSENT) {
            return;
        }
        long was = before.get(inode);
        if (!first && was == LongMap.ABSENT) {
            open.put(inode, SEEN);
            return;
        }
        open.put(inode, COUNTED);
        openNow++;
        if (was != COUNTED) {
            found++;
        }
    }

    /** One that is being closed may be open still; its descriptor may also stand for something else by now. */
    void mayBeOpen(long inode) {
        if (inode != 0 && before.get(inode) != LongMap.ABSENT) {
            add(inode);
        }
    }

    /** A connection whose opening the agent saw: it was not known yet when it was found. */
    void wasSeenOpening(long inode) {
        if (inode != 0 && before.get(inode) == COUNTED) {
            found--;
        }
    }

    /** Where the kernel's sockets or the descriptors cannot be read: nobody knows which are gone. */
    void keep() {
        open = before;
        before = new LongMap();
        openNow = openBefore;
    }

    /** How many have been found until now. */
    long found() {
        return found;
    }

    int open() {
        return openNow;
    }

    /** How many are gone. */
    long closed() {
        return found - openNow;
    }
}
