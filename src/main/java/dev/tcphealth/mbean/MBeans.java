package dev.tcphealth.mbean;

import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.kernel.InterfaceRates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanRegistrationException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.NotificationEmitter;
import javax.management.ObjectName;
import org.weakref.jmx.JmxException;
import org.weakref.jmx.MBeanExporter;

/**
 * All MBeans of the agent, domain {@code tcphealth}. They are there from construction to {@link #close}; until the first
 * {@link #show} their values are unknown. Safe for use by several threads.
 */
public final class MBeans implements AutoCloseable {

    private static final ObjectName HEALTH = name("type=Health");
    private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[\\w.@+-]+");

    private final MBeanServer server;
    private final MBeanExporter exporter;
    private final LastSnapshot last = new LastSnapshot();
    private final HealthView health;
    private volatile List<String> conflicts = List.of();
    private boolean closed;

    /**
     * What was registered. jmxutils knows it too, but by weak references to views, and forgets a view all of whose
     * attributes are flattened parts.
     */
    private final Map<ObjectName, Object> views = new LinkedHashMap<>();

    /**
     * Registers all MBeans but those of the network interfaces.
     *
     * @throws IllegalStateException if one cannot be registered, such as when its name is taken; then none is
     */
    public MBeans(MBeanServer server, AgentControl control) {
        this.server = server;
        exporter = new MBeanExporter(server);
        health = new HealthView(control);
        try {
            exportEmitter(HEALTH, health, health.notifier());
            export(name("type=Host"), new HostView(last));
            export(name("type=Jvm"), new JvmView(last));
            export(name("type=CodePaths"), new CodePathsView(last, control));
            export(name("type=Destinations"), new DestinationsView(last));
            export(name("type=Listeners"), new ListenersView(last));
            export(name("type=Agent"), new AgentView(last, control, () -> conflicts));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Shows a Snapshot and what is judged of it from now on, and one MBean for each of its network interfaces. Where somebody else has taken the
     * name of an interface's MBean, that one is left out and the Agent MBean says so. Does nothing once closed.
     */
    public synchronized void show(Snapshot snapshot, HealthReport report) {
        if (closed) {
            return;
        }
        last.set(snapshot);
        health.show(report, HEALTH, snapshot.at().toEpochMilli());
        Map<ObjectName, String> present = snapshot.host().interfaces().stream()
                .map(InterfaceRates::name)
                .collect(Collectors.toMap(MBeans::interfaceName, name -> name, (one, same) -> one, LinkedHashMap::new));
        List.copyOf(views.keySet()).stream()
                .filter(name -> "Interface".equals(name.getKeyProperty("type")) && !present.containsKey(name))
                .forEach(this::unexport);
        conflicts = present.entrySet().stream()
                .filter(entry -> !views.containsKey(entry.getKey()))
                .flatMap(entry -> exportInterface(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Unregisters every MBean, also where some are gone already or never came. */
    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(views.keySet()).forEach(this::unexport);
        health.notifier().close();
    }

    private Stream<String> exportInterface(ObjectName name, String interfaceName) {
        try {
            export(name, new InterfaceView(last, interfaceName));
            return Stream.empty();
        } catch (IllegalStateException e) {
            return Stream.of(String.valueOf(e.getMessage()));
        }
    }

    private void export(ObjectName name, Object view) {
        export(exporter, name, view);
    }

    private void exportEmitter(ObjectName name, Object view, NotificationEmitter emitter) {
        export(new MBeanExporter(EmittingMBean.registeringAt(server, emitter)), name, view);
    }

    private void export(MBeanExporter exporter, ObjectName name, Object view) {
        if (server.isRegistered(name)) {
            throw new IllegalStateException(
                    "the MBean name " + name + " is taken by something else in this JVM, perhaps a second agent");
        }
        try {
            exporter.export(name, view);
        } catch (JmxException e) {
            throw new IllegalStateException("the MBean " + name + " cannot be registered: " + e.getMessage(), e);
        }
        views.put(name, view);
    }

    private void unexport(ObjectName name) {
        views.remove(name);
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException | MBeanRegistrationException e) {
            // Somebody else has unregistered it: it is gone, which is all that was wanted.
        }
    }

    private static ObjectName interfaceName(String name) {
        return name("type=Interface,name=" + (NEEDS_NO_QUOTES.matcher(name).matches() ? name : ObjectName.quote(name)));
    }

    private static ObjectName name(String properties) {
        try {
            return new ObjectName("tcphealth:" + properties);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException(properties, e);
        }
    }
}
