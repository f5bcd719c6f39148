package dev.tcphealth.correlate;

import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.kernel.SocketFds;
import java.io.IOException;

/**
 * The sockets of this process that the agent did not see being opened, by inode: from before it, of native code, or of a
 * method that ran when it was woven. Every descriptor that is no known connection's is looked at anew: nothing that costs
 * less tells that a number still stands for the same file.
 *
 * <p>But to list 19,900 descriptors takes 16 ms and 1.3 MB of garbage. So with many of them that is done only when their
 * number says that something came or went unseen, or a while has passed: one that went and one that came in its place may
 * be noticed so much later.
 */
final class Strangers {

    private static final int MANY = 1000;
    private static final int LIST_EVERY = 6;

    private final ConnectionTracker tracker;
    private final SocketFds descriptors;
    private final LongMap inodes = new LongMap();

    private long openDescriptors = -1;
    private long others;
    private boolean countable;
    private int notListed;

    Strangers(ConnectionTracker tracker, SocketFds descriptors) {
        this.tracker = tracker;
        this.descriptors = descriptors;
    }

    boolean contains(long inode) {
        return inode != 0 && inodes.get(inode) != LongMap.ABSENT;
    }

    /** Descriptors of any kind, or -1 where they cannot be listed. */
    long openDescriptors() {
        return openDescriptors;
    }

    /**
     * Brings it up to date.
     *
     * @param live the descriptors that are known connections' now
     * @throws IOException where the descriptors cannot be listed; nothing is known then
     */
    void update(int live) throws IOException {
        long count = descriptors.count();
        if (countable && count > MANY && count - live == others && ++notListed < LIST_EVERY) {
            openDescriptors = count;
            return;
        }
        openDescriptors = -1;
        inodes.clear();
        int[] numbers = descriptors.descriptors();
        openDescriptors = (long) numbers.length - 1; // one of them was the folder that lists them
        countable = count == openDescriptors;
        others = count - live;
        notListed = 0;
        for (int number : numbers) {
            if (tracker.table().get(number) == null) {
                long inode = descriptors.inodeOf(number).orElse(0);
                if (inode != 0 && tracker.table().get(number) == null) {
                    inodes.put(inode, 0);
                    tracker.preexisting(number);
                }
            }
        }
    }
}
