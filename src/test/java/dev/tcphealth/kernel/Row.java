package dev.tcphealth.kernel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A copy of a {@link SocketRow}, less its times, which two readings of one socket differ in. */
record Row(
        TcpState state,
        String local,
        String remote,
        long sendQueue,
        long receiveQueue,
        long backlog,
        int timer,
        long inode,
        int uid) {

    static Row of(SocketRow row) {
        return new Row(
                row.state,
                row.local().toString(),
                row.remote().toString(),
                row.sendQueue,
                row.receiveQueue,
                row.backlog,
                row.timer,
                row.inode,
                row.uid);
    }

    Row withoutBacklog() {
        return new Row(state, local, remote, sendQueue, receiveQueue, SocketRow.NO_BACKLOG, timer, inode, uid);
    }

    static List<Row> all(SocketSource source, int states) throws IOException {
        List<Row> rows = new ArrayList<>();
        source.forEach(states, false, row -> rows.add(of(row)), rows::clear);
        return rows;
    }
}
