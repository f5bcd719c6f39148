package com.example.smoke;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/**
 * Opens connections in two lines, and reads by JMX whether the agent of its JVM has them right. Answers each line of its
 * standard input: {@code count} with {@code ok} or with what is wrong, {@code stacks} with {@code StackAccess},
 * {@code gone} once the agent has left.
 */
public final class Smoke {

    private static final int SOCKETS = 300;
    private static final int CHANNELS = 200;
    private static final int KEPT = 3;
    private static final long PATIENCE_NANOS = 240_000_000_000L;

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();
    private static final List<SocketChannel> OPEN = new ArrayList<>();

    private Smoke() {}

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            switch (line) {
                case "count" -> {
                    traffic();
                    System.out.println(await(Smoke::differences));
                }
                case "stacks" -> System.out.println(SERVER.getAttribute(name("Agent"), "StackAccess"));
                case "gone" -> System.out.println(await(Smoke::mbeans));
                default -> System.out.println("unknown: " + line);
            }
        }
    }

    private interface Check {
        /** What is not yet as it should be; nothing if all is. */
        String wrong() throws JMException;
    }

    private static String await(Check check) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String wrong = check.wrong();
        while (!wrong.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(200);
            wrong = check.wrong();
        }
        return wrong.isEmpty() ? "ok" : wrong;
    }

    private static void traffic() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
                ServerSocketChannel channels = ServerSocketChannel.open()) {
            channels.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < SOCKETS; i++) {
                try (Socket client = bySocket(server);
                        Socket accepted = server.accept()) {
                    client.getOutputStream().write(1);
                    accepted.getInputStream().read();
                }
            }
            for (int i = 0; i < CHANNELS + KEPT; i++) {
                SocketChannel client = byChannel(channels);
                SocketChannel accepted = channels.accept();
                if (i < CHANNELS) {
                    client.close();
                    accepted.close();
                } else {
                    OPEN.add(client);
                    OPEN.add(accepted);
                }
            }
        }
    }

    private static Socket bySocket(ServerSocket server) throws IOException {
        return new Socket(server.getInetAddress(), server.getLocalPort());
    }

    private static SocketChannel byChannel(ServerSocketChannel server) throws IOException {
        return SocketChannel.open(server.getLocalAddress());
    }

    private static String differences() throws JMException {
        Map<String, Long> expected = new TreeMap<>(Map.of(
                "Jvm Opened", (long) SOCKETS + CHANNELS + KEPT,
                "Jvm Accepted", (long) SOCKETS + CHANNELS + KEPT,
                "Jvm Closed", 2L * (SOCKETS + CHANNELS),
                "Jvm Live", 2L * KEPT,
                "Agent ErrorsSwallowed", 0L,
                "CodePaths bySocket", (long) SOCKETS,
                "CodePaths byChannel", (long) CHANNELS + KEPT));
        if (mbeans().isEmpty()) {
            return "no MBeans";
        }
        StringBuilder wrong = new StringBuilder();
        for (Map.Entry<String, Long> entry : expected.entrySet()) {
            String[] words = entry.getKey().split(" ");
            long is = words[0].equals("CodePaths")
                    ? opened("Smoke." + words[1] + "(")
                    : ((Number) SERVER.getAttribute(name(words[0]), words[1])).longValue();
            if (is != entry.getValue()) {
                wrong.append(entry.getKey()).append(" is ").append(is).append(" and not ");
                wrong.append(entry.getValue()).append("; ");
            }
        }
        return wrong.toString();
    }

    private static long opened(String path) throws JMException {
        long opened = 0;
        TabularData table = (TabularData) SERVER.getAttribute(name("CodePaths"), "Table");
        for (Object row : table.values()) {
            CompositeData data = (CompositeData) row;
            if (((String) data.get("Name")).contains(path)) {
                opened += ((Number) data.get("Opened")).longValue();
            }
        }
        return opened;
    }

    /** Those of the agent, or nothing. */
    private static String mbeans() throws JMException {
        return SERVER.isRegistered(name("Jvm")) && SERVER.isRegistered(name("Agent"))
                ? "tcphealth:type=Jvm is there"
                : "";
    }

    private static ObjectName name(String type) throws JMException {
        return new ObjectName("tcphealth:type=" + type);
    }
}
