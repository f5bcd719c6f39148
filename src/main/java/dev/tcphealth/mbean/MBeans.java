package dev.tcphealth.mbean;

import dev.tcphealth.correlate.CodePathStats;
import dev.tcphealth.correlate.DestinationStats;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.kernel.InterfaceRates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.weakref.jmx.JmxException;
import org.weakref.jmx.MBeanExporter;

/**
 * All MBeans of the agent, domain {@code tcphealth}. They are there from construction to {@link #close}; until the first
 * {@link #show} their values are unknown. Safe for use by several threads.
 */
public final class MBeans implements AutoCloseable {

    /** Of each table, so many rows have an MBean of their own; while they change, up to twice as many. */
    static final int MOST_OF_A_TABLE = 20;

    /** A host may have an interface for each of thousands of containers. The kernel lists the physical ones first. */
    static final int MOST_INTERFACES = 50;

    private static final ObjectName HEALTH = name("type=Health");
    private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[\\w.@+-]+");
    private static final Set<String> COME_AND_GO = Set.of("Interface", "CodePath", "Destination", "Listener");

    private final MBeanServer server;
    private final MBeanExporter exporter;
    private final MBeanExporter healthExporter;
    private final LastSnapshot last = new LastSnapshot();
    private final CodePathNames codePathNames = new CodePathNames();
    private final ListenerNames listenerNames = new ListenerNames();
    private final TopViews<CodePathStats> codePaths = new TopViews<>(
            MOST_OF_A_TABLE,
            Snapshot::codePaths,
            new Top.Kind<>(
                    CodePathStats::id,
                    path -> path.live() + path.states().total() + path.timeWaitByCloser(),
                    path -> path.opened() + path.accepted() + path.closed()),
            codePathNames::of,
            CodePathView::new);
    private final TopViews<DestinationStats> destinations = new TopViews<>(
            MOST_OF_A_TABLE,
            Snapshot::destinations,
            new Top.Kind<>(DestinationStats::name, to -> to.live() + to.states().total(), DestinationStats::total),
            DestinationStats::name,
            DestinationView::new);
    private final TopViews<Accepts> listeners = new TopViews<>(
            MOST_OF_A_TABLE,
            this::accepts,
            new Top.Kind<>(accepts -> listenerNames.of(accepts.listener()), accepts -> 1L, Accepts::accepted),
            accepts -> listenerNames.of(accepts.listener()),
            row -> new ListenerView(row, last));
    private final HealthView health;
    private volatile List<String> conflicts = List.of();
    private boolean closed;

    /**
     * What was registered. jmxutils knows it too, but by weak references to views, and forgets a view all of whose
     * attributes are flattened parts.
     */
    private final Map<ObjectName, Object> views = new LinkedHashMap<>();

    /**
     * Registers all MBeans but those that come and go with what a Snapshot shows.
     *
     * @throws IllegalStateException if one cannot be registered, such as when its name is taken; then none is
     */
    public MBeans(MBeanServer server, AgentControl control) {
        this.server = server;
        health = new HealthView(control);
        exporter = new MBeanExporter(ExportServer.of(server));
        healthExporter = new MBeanExporter(ExportServer.of(server, health.notifier()));
        try {
            export(healthExporter, HEALTH, health);
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
     * Shows a Snapshot and what is judged of it from now on, with an MBean for each of its network interfaces and for the
     * top rows of its tables. Where somebody else has taken the name of one of these, it is left out and the Agent MBean
     * says so. Does nothing once closed.
     */
    public synchronized void show(Snapshot snapshot, HealthReport report) {
        if (closed) {
            return;
        }
        last.set(snapshot);
        health.show(report, HEALTH, snapshot.at().toEpochMilli());
        Map<ObjectName, Object> wanted = new LinkedHashMap<>();
        List<InterfaceRates> interfaces = snapshot.host().interfaces();
        interfaces.stream()
                .limit(MOST_INTERFACES)
                .forEach(rates ->
                        wanted.putIfAbsent(name("Interface", rates.name()), new InterfaceView(last, rates.name())));
        codePaths.show(snapshot).forEach((name, view) -> wanted.put(name("CodePath", name), view));
        destinations.show(snapshot).forEach((name, view) -> wanted.put(name("Destination", name), view));
        listeners.show(snapshot).forEach((name, view) -> wanted.put(name("Listener", name), view));
        List.copyOf(views.keySet()).stream()
                .filter(name -> COME_AND_GO.contains(name.getKeyProperty("type")) && !wanted.containsKey(name))
                .forEach(this::unexport);
        wanted.keySet().removeAll(views.keySet());
        conflicts = Stream.concat(
                        withoutMBean(interfaces.size() - MOST_INTERFACES),
                        wanted.entrySet().stream().flatMap(entry -> tryExport(entry.getKey(), entry.getValue())))
                .toList();
    }

    /** No sample could be taken, and this is why: what is shown is of before, and Status is unknown until the next one. */
    public void stale(String reason) {
        health.stale(reason);
    }

    private static Stream<String> withoutMBean(int interfaces) {
        return interfaces <= 0
                ? Stream.empty()
                : Stream.of("only the first " + MOST_INTERFACES + " network interfaces have an MBean: " + interfaces
                        + (interfaces == 1 ? " has none" : " have none"));
    }

    private List<Accepts> accepts(Snapshot snapshot) {
        listenerNames.update(snapshot.listeners());
        Map<Long, Accepts> byInode = Accepts.of(snapshot);
        return snapshot.listeners().stream()
                .map(listener -> byInode.getOrDefault(listener.inode(), new Accepts(listener, 0)))
                .toList();
    }

    /** Unregisters every MBean, also where some are gone already or never came. */
    @Override
    public synchronized void close() {
        closed = true;
        List.copyOf(views.keySet()).forEach(this::unexport);
        health.notifier().close();
    }

    /** How many names the exporters keep. */
    int exported() {
        return exporter.getExportedObjects().size()
                + exporter.getManagedObjectExports().size();
    }

    private Stream<String> tryExport(ObjectName name, Object view) {
        try {
            export(name, view);
            return Stream.empty();
        } catch (IllegalStateException e) {
            return Stream.of(String.valueOf(e.getMessage()));
        }
    }

    private void export(ObjectName name, Object view) {
        export(exporter, name, view);
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
        (name.equals(HEALTH) ? healthExporter : exporter).unexport(name);
    }

    /** Of one of several of a type; quoted where JMX needs it, and then its tools show the quotes. */
    private static ObjectName name(String type, String name) {
        return name(
                "type=" + type + ",name=" + (NEEDS_NO_QUOTES.matcher(name).matches() ? name : ObjectName.quote(name)));
    }

    private static ObjectName name(String properties) {
        try {
            return new ObjectName("tcphealth:" + properties);
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException(properties, e);
        }
    }
}
