package com.example.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections from one thread, opened and accepted over 1,024 stacks. The end that connects closes first. The accepted
 * end's close resets what would stay in TIME_WAIT, but for one in {@link #LEAVES_TIME_WAIT}: else the ports would run out.
 */
final class Traffic implements AutoCloseable {

    private static final int TURNS = 10;
    private static final int LEAVES_TIME_WAIT = 200;
    private static final int MOST_HELD = 3_000;

    private final ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final List<Socket> inCloseWait = new ArrayList<>();
    private long made;

    Traffic() throws IOException {}

    /** How many connections there were. */
    long made() {
        return made;
    }

    /** Opens and closes so many. */
    void churn(long connections) throws IOException {
        for (long i = 0; i < connections; i++) {
            left(TURNS, i, i % LEAVES_TIME_WAIT == 0);
        }
    }

    /**
     * Holds so many more whose peer has closed, up to {@link #MOST_HELD}. One of them is a finding, once it is old enough,
     * if its stack was looked at.
     */
    void holdCloseWait(int connections) throws IOException {
        for (int i = 0; i < connections && inCloseWait.size() < MOST_HELD; i++) {
            Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
            server.accept().close();
            inCloseWait.add(client);
            made++;
        }
    }

    /** Lets those go. */
    void releaseCloseWait() throws IOException {
        for (Socket socket : inCloseWait) {
            socket.close();
        }
        inCloseWait.clear();
    }

    private void left(int turns, long which, boolean timeWait) throws IOException {
        if (turns == 0) {
            cycle(timeWait);
        } else if ((which >> turns & 1) == 0) {
            left(turns - 1, which, timeWait);
        } else {
            right(turns - 1, which, timeWait);
        }
    }

    private void right(int turns, long which, boolean timeWait) throws IOException {
        if (turns == 0) {
            cycle(timeWait);
        } else if ((which >> turns & 1) == 0) {
            left(turns - 1, which, timeWait);
        } else {
            right(turns - 1, which, timeWait);
        }
    }

    private void cycle(boolean timeWait) throws IOException {
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept();
        if (!timeWait) {
            accepted.setSoLinger(true, 0);
        }
        client.close();
        accepted.close();
        made++;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
