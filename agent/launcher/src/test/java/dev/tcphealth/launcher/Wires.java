package dev.tcphealth.launcher;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The connections an application holds, by the port they lead to or were accepted at. */
final class Wires {

    private static final Map<Integer, Wire.Door> DOORS = new HashMap<>();
    private static final Map<Integer, List<Wire>> WIRES = new HashMap<>();

    private Wires() {}

    /** Gives the port. */
    static int listen(Wire.Kind kind) throws IOException {
        Wire.Door door = kind.listen(loopback(0));
        DOORS.put(door.port(), door);
        return door.port();
    }

    /** Accepts where {@link #listen} gave that port, else connects. */
    static void open(Wire.Kind kind, int port) throws Exception {
        Wire.Door door = DOORS.get(port);
        Wire wire = door == null ? kind.connect(loopback(port)) : door.accept();
        WIRES.computeIfAbsent(port, none -> new ArrayList<>()).add(wire);
    }

    static void all(String port, Action action) throws IOException {
        for (Wire wire : requireNonNull(WIRES.get(Integer.parseInt(port)))) {
            action.run(wire);
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Something done to a connection. */
    interface Action {
        void run(Wire wire) throws IOException;
    }
}
