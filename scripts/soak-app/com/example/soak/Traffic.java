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

    private final ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final List<Socket> inCloseWait = new ArrayList<>();

    Traffic() throws IOException {}

    /** Opens and closes so many. */
    void churn(long connections) throws IOException {
        for (long i = 0; i < connections; i++) {
            left(TURNS, i, i % LEAVES_TIME_WAIT == 0);
        }
    }

    /** Holds so many whose peer has closed: each for itself is a finding, once it is old enough. */
    void holdCloseWait(int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
            server.accept().close();
            inCloseWait.add(client);
        }
    }

    /** Lets those go. Gives how many they were. */
    int releaseCloseWait() throws IOException {
        int released = inCloseWait.size();
        for (Socket socket : inCloseWait) {
            socket.close();
        }
        inCloseWait.clear();
        return released;
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
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
