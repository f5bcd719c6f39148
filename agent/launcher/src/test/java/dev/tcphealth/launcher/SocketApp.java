package dev.tcphealth.launcher;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/**
 * An application with three code paths: two that close what they open, one that never does. Does what each line of its
 * standard input says, and answers in a line.
 */
public final class SocketApp {

    private static final List<Socket> NEVER_CLOSED = new ArrayList<>();

    private SocketApp() {}

    public static void main(String[] args) throws IOException {
        Dialogue.with(SocketApp::answer);
    }

    private static String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "closeA" -> repeat(words, SocketApp::pathA);
            case "closeB" -> repeat(words, SocketApp::pathB);
            case "leaveC" -> repeat(words, SocketApp::pathC);
            case "closeAll" -> closeAll();
            case "direct" -> directBuffers();
            default -> mbeans(words);
        };
    }

    private interface Path {
        void run(int port) throws IOException;
    }

    /** {@code COMMAND PORT TIMES} */
    private static String repeat(String[] words, Path path) throws IOException {
        for (int i = 0; i < Integer.parseInt(words[2]); i++) {
            path.run(Integer.parseInt(words[1]));
        }
        return "done";
    }

    private static String closeAll() throws IOException {
        for (Socket socket : NEVER_CLOSED) {
            socket.close();
        }
        NEVER_CLOSED.clear();
        return "done";
    }

    /** What the JVM counts as direct buffers: how many, and their bytes. */
    private static String directBuffers() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .map(pool -> pool.getCount() + " of " + pool.getTotalCapacity() + " bytes")
                .findFirst()
                .orElseThrow();
    }

    static void pathA(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write('a');
        }
    }

    static void pathB(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write('b');
        socket.close();
    }

    /** Asks the peer to close, waits until it has, and does not close. */
    static void pathC(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write(PeerApp.CLOSE_FIRST);
        while (socket.getInputStream().read() >= 0) {
            // until the end of the stream
        }
        NEVER_CLOSED.add(socket);
    }

    /** {@code jmx NAME ATTRIBUTE}, {@code invoke NAME OPERATION} or {@code names}: what any MBean client would see. */
    static String mbeans(String[] words) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        return switch (words[0]) {
            case "jmx" -> text(server.getAttribute(new ObjectName("tcphealth:" + words[1]), words[2]));
            case "invoke" ->
                text(server.invoke(new ObjectName("tcphealth:" + words[1]), words[2], new Object[0], new String[0]));
            case "names" ->
                server.queryNames(new ObjectName("tcphealth:*"), null).toString();
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private static String text(Object value) {
        if (value instanceof TabularData table) {
            StringBuilder text = new StringBuilder();
            for (Object row : (Collection<?>) table.values()) {
                for (String column : table.getTabularType().getRowType().keySet()) {
                    text.append(column)
                            .append('=')
                            .append(((CompositeData) row).get(column))
                            .append('\t');
                }
                text.append('|');
            }
            return text.toString();
        }
        return value instanceof String[] lines ? String.join("|", lines) : String.valueOf(value);
    }
}
