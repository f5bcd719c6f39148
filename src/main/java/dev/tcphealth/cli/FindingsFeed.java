package dev.tcphealth.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.Notification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnectionNotification;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What the agent in a JVM finds wrong, from its Health MBean over the JVM's local connector. Knows of the agent what any
 * JMX client may know: names and open types.
 */
final class FindingsFeed implements AutoCloseable {
    private static final ObjectName HEALTH = name();
    private static final String RAISED = "tcphealth.finding.raised";
    /** So often it is looked whether the other end is there still. */
    private static final String CHECK_PERIOD = "jmx.remote.x.client.connection.check.period";

    /**
     * A line for a person.
     *
     * @param at when that was
     * @param text what was
     */
    record Line(Instant at, String text) {}

    private final JMXConnector connector;
    private final MBeanServerConnection server;
    private final BlockingQueue<Notification> waiting = new LinkedBlockingQueue<>();
    private final Set<String> known = new HashSet<>();
    private volatile boolean broken;

    private FindingsFeed(JMXConnector connector) throws IOException {
        this.connector = connector;
        this.server = connector.getMBeanServerConnection();
    }

    /** Connects. May block for as long as the other end says nothing. */
    @SuppressWarnings("BanJNDI") // the address is what the JVM itself has told this user
    static FindingsFeed open(String address) throws IOException {
        JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address), Map.of(CHECK_PERIOD, 1000L));
        FindingsFeed feed = new FindingsFeed(connector);
        connector.addConnectionNotificationListener(
                (notification, nothing) -> feed.connection(notification), null, null);
        return feed;
    }

    /**
     * Begins to listen, and gives the findings there are already. Empty for as long as the agent shows no MBeans, as in
     * its first seconds.
     */
    Optional<List<Line>> begin() throws IOException {
        NotificationListener listener = (notification, nothing) -> waiting.add(notification);
        try {
            server.addNotificationListener(HEALTH, listener, null, null);
            if (!(server.getAttribute(HEALTH, "Findings") instanceof TabularData findings)) {
                throw new IOException("its MBean " + HEALTH + " is not the agent's");
            }
            List<Line> lines = new ArrayList<>();
            for (CompositeData row : rows(findings)) {
                known.add(identity(row));
                lines.add(new Line(
                        Instant.parse(text(row, "Since")),
                        "SINCE THEN " + text(row, "Severity") + ": " + text(row, "Title") + codePath(row)));
            }
            return Optional.of(lines);
        } catch (InstanceNotFoundException notYet) {
            return Optional.empty();
        } catch (JMException e) {
            throw new IOException(e.toString(), e);
        }
    }

    /** The next change of a finding; empty if there is none within that time. */
    Optional<Line> next(long millis) throws InterruptedException {
        Notification notification = waiting.poll(millis, TimeUnit.MILLISECONDS);
        if (notification == null) {
            return Optional.empty();
        }
        boolean toldAlready = RAISED.equals(notification.getType())
                && notification.getUserData() instanceof CompositeData row
                && known.remove(identity(row));
        return toldAlready
                ? Optional.empty()
                : Optional.of(new Line(Instant.ofEpochMilli(notification.getTimeStamp()), notification.getMessage()));
    }

    /** Whether the connection holds. */
    boolean connected() {
        return !broken;
    }

    /** Whether the agent is in that JVM still. */
    boolean agentIn() throws IOException {
        return server.isRegistered(HEALTH);
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            // The other end has gone before.
        }
    }

    private void connection(Notification notification) {
        String type = notification.getType();
        if (JMXConnectionNotification.FAILED.equals(type) || JMXConnectionNotification.CLOSED.equals(type)) {
            broken = true;
        }
    }

    @SuppressWarnings("unchecked")
    private static Collection<CompositeData> rows(TabularData table) {
        return (Collection<CompositeData>) table.values();
    }

    private static String identity(CompositeData finding) {
        return text(finding, "Rule")
                + '\n'
                + text(finding, "CodePath")
                + '\n'
                + text(finding, "Destination")
                + '\n'
                + text(finding, "Since");
    }

    private static String codePath(CompositeData finding) {
        String path = text(finding, "CodePath");
        return path.isEmpty() || text(finding, "Title").contains(path) ? "" : " (" + path + ")";
    }

    private static String text(CompositeData row, String column) {
        return row.containsKey(column) ? String.valueOf(row.get(column)) : "";
    }

    private static ObjectName name() {
        try {
            return new ObjectName("tcphealth:type=Health");
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException(e);
        }
    }
}
