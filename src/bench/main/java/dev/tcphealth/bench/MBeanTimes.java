package dev.tcphealth.bench;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.management.Attribute;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * For {@code scripts/bench mbeans}: starts a JVM with the agent that has connections of 50 code paths to 50 destinations,
 * and prints how long it takes to read all its MBeans over a remote connector: names, descriptions and every attribute.
 */
public final class MBeanTimes {

    private static final int CODE_PATHS = 50;
    private static final int ROUNDS = 31;
    private static final double BOUND_MILLIS = 100;

    private MBeanTimes() {}

    // Arguments: the agent's jar; or, for the JVM that is read, "app" and the port to connect to.
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("app")) {
            app(Integer.parseInt(arguments[1]));
        } else {
            System.exit(measure(arguments[0]) <= BOUND_MILLIS ? 0 : 1);
        }
    }

    private static void app(int port) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 1; i <= CODE_PATHS; i++) {
            sockets.add(connect(i, "127.0.0." + i, port));
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Until whoever reads it has enough.
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** A stack of another depth is another code path. */
    private static Socket connect(int depth, String host, int port) throws IOException {
        return depth > 1 ? connect(depth - 1, host, port) : new Socket(host, port);
    }

    @SuppressWarnings("BanJNDI") // the address comes from the JVM that was started here
    private static double measure(String agent) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1000, InetAddress.getByName("0.0.0.0"))) {
            Process app = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-javaagent:" + agent + "=interval=1s,depth=100",
                            "-cp",
                            System.getProperty("java.class.path"),
                            MBeanTimes.class.getName(),
                            "app",
                            Integer.toString(server.getLocalPort()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            List<Socket> accepted = new ArrayList<>();
            try {
                for (int i = 0; i < CODE_PATHS; i++) {
                    accepted.add(server.accept());
                }
                VirtualMachine machine = VirtualMachine.attach(Long.toString(app.pid()));
                JMXServiceURL address = new JMXServiceURL(machine.startLocalManagementAgent());
                machine.detach();
                try (JMXConnector connector = JMXConnectorFactory.connect(address)) {
                    return measure(connector.getMBeanServerConnection());
                }
            } finally {
                app.destroy();
                for (Socket socket : accepted) {
                    socket.close();
                }
            }
        }
    }

    private static double measure(MBeanServerConnection server) throws Exception {
        awaitRows(server);
        double[] millis = new double[ROUNDS];
        int attributes = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            attributes = read(server);
            millis[round] = (System.nanoTime() - start) / 1e6;
        }
        double first = millis[0];
        Arrays.sort(millis);
        double median = millis[ROUNDS / 2];
        System.out.printf(
                Locale.ROOT,
                "Java %s: %d MBeans with %d attributes, %d code paths, %d destinations:"
                        + " %.1f ms the first time, then %.1f ms (median of %d, worst %.1f ms); bound: %.0f ms%n",
                Runtime.version(),
                names(server).size(),
                attributes,
                rows(server, "CodePaths"),
                rows(server, "Destinations"),
                first,
                median,
                ROUNDS,
                millis[ROUNDS - 1],
                BOUND_MILLIS);
        return median;
    }

    private static void awaitRows(MBeanServerConnection server) throws Exception {
        ObjectName table = new ObjectName("tcphealth:type=CodePaths");
        while (!server.isRegistered(table) || rows(server, "CodePaths") < CODE_PATHS) {
            Thread.sleep(100);
        }
    }

    private static int rows(MBeanServerConnection server, String type) throws Exception {
        return ((TabularData) server.getAttribute(new ObjectName("tcphealth:type=" + type), "Table")).size();
    }

    private static int read(MBeanServerConnection server) throws Exception {
        int attributes = 0;
        for (ObjectName name : names(server)) {
            String[] all = Arrays.stream(server.getMBeanInfo(name).getAttributes())
                    .map(MBeanAttributeInfo::getName)
                    .toArray(String[]::new);
            List<Attribute> values = server.getAttributes(name, all).asList();
            if (values.size() != all.length) {
                throw new IllegalStateException("of " + name + " came " + values + " only");
            }
            attributes += all.length;
        }
        return attributes;
    }

    private static Set<ObjectName> names(MBeanServerConnection server) throws Exception {
        return server.queryNames(new ObjectName("tcphealth:*"), null);
    }
}
