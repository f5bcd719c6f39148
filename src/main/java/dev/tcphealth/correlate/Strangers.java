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
 * be noticed so much later. Where only a few are no known connection's, these are looked at each time, 3.5 us each: as the
 * kernel gives out the lowest number that is free, one that came in the place of another is noticed at once.
 */
final class Strangers {

    private static final int MANY = 1000;
    private static final int LIST_EVERY = 6;
    private static final int FEW = 200;
    private static final int LIST_EVERY_IF_FEW = 60;

    private final ConnectionTracker tracker;
    private final SocketFds descriptors;
    private final LongMap inodes = new LongMap();

    /** Those few when they were listed: the number, and the inode or 0 where it is no socket. */
    private final long[] few = new long[2 * FEW];

    private int listed;

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

    /** The descriptor of one. */
    int descriptor(long inode) {
        return (int) inodes.get(inode);
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
        if (countable && count > MANY && count - live == others && !isTimeToList() && fewAreTheSame()) {
            openDescriptors = count;
            return;
        }
        openDescriptors = count > 0 ? count : -1;
        inodes.clear();
        int[] numbers = descriptors.descriptors();
        openDescriptors = (long) numbers.length - 1; // one of them was the folder that lists them
        countable = count == openDescriptors;
        others = count - live;
        notListed = 0;
        listed = 0;
        for (int number : numbers) {
            if (tracker.table().get(number) == null) {
                long inode = inodeOfStranger(number);
                if (inode != 0) {
                    inodes.put(inode, number);
                    tracker.preexisting(number);
                }
                if (listed < FEW) {
                    few[2 * listed] = number;
                    few[2 * listed + 1] = inode;
                }
                listed++;
            }
        }
    }

    private boolean isTimeToList() {
        return ++notListed >= (listed <= FEW ? LIST_EVERY_IF_FEW : LIST_EVERY);
    }

    /** True also where there are more than a few. */
    private boolean fewAreTheSame() {
        boolean same = true;
        for (int i = 0; same && listed <= FEW && i < listed; i++) {
            same = inodeOfStranger((int) few[2 * i]) == few[2 * i + 1];
        }
        return same;
    }

    /** 0 where it is no socket, or a known connection's. */
    private long inodeOfStranger(int number) {
        long inode = tracker.table().get(number) == null
                ? descriptors.inodeOf(number).orElse(0)
                : 0;
        return tracker.table().get(number) == null ? inode : 0;
    }
}
