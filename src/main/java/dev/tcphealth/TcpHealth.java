package dev.tcphealth;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.config.Option;
import dev.tcphealth.config.OptionException;
import dev.tcphealth.config.Options;
import dev.tcphealth.config.SamplerThread;
import dev.tcphealth.config.Version;
import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.connection.Governor;
import dev.tcphealth.connection.KernelProbe;
import dev.tcphealth.connection.KnownStacks;
import dev.tcphealth.correlate.KernelEndings;
import dev.tcphealth.correlate.Sampler;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.health.Judge;
import dev.tcphealth.hotspot.PhysicalStack;
import dev.tcphealth.kernel.DestroyedSockets;
import dev.tcphealth.kernel.FallbackSocketSource;
import dev.tcphealth.kernel.ForeignAccess;
import dev.tcphealth.kernel.HostReader;
import dev.tcphealth.kernel.NativeAccess;
import dev.tcphealth.kernel.NetlinkSocketSource;
import dev.tcphealth.kernel.ProcSocketSource;
import dev.tcphealth.kernel.SocketFds;
import dev.tcphealth.kernel.SocketSource;
import dev.tcphealth.kernel.TcpInfoReader;
import dev.tcphealth.mbean.AgentControl;
import dev.tcphealth.mbean.AgentStatus;
import dev.tcphealth.mbean.MBeans;
import dev.tcphealth.report.ReportContext;
import dev.tcphealth.report.ReportJson;
import dev.tcphealth.report.ReportText;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The core, put together: takes events by its tracker, samples on a thread of its own, shows by JMX and reports. */
public final class TcpHealth implements AutoCloseable {

    /**
     * How long an application that starts with the agent has its MBean server to itself: application servers set the
     * system properties that choose their MBean server and log manager in the first lines of main.
     */
    private static final Duration QUIET = Duration.ofSeconds(2);

    /** How long it has both processors to itself: what makes stacks cheap takes 15 ms of one, and matters later. */
    private static final Duration FIRST_MOMENTS = Duration.ofMillis(500);

    private static final Duration FIRST_SAMPLE = Duration.ofSeconds(20);

    /** How often the kernel's queue of ended connections is emptied: enough for 2,000 of them per second. */
    private static final long DRAIN_NANOS = 50_000_000;

    private final Options options;
    private final JvmInside inside;
    private final ConnectionTracker tracker;
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final CountDownLatch firstSample = new CountDownLatch(1);
    private final long swallowedBefore;

    private volatile Duration interval;
    private volatile boolean closed;
    private volatile @Nullable String trouble;
    private volatile @Nullable String lastReport;
    private volatile String nativeAccess = "not opened yet";
    private volatile String stackAccess = "captured: matching has not begun yet";
    private volatile @Nullable KnownStacks knownStacks;
    private volatile @Nullable Thread thread;

    /**
     * An agent that can take events and does nothing else yet. Threads of the application may wait for this in the
     * middle of loading a class: nothing here may need a channel, a socket or anything of java.security, nor what takes
     * long to load, such as lambdas and the rules of health.
     */
    public TcpHealth(Options options, JvmInside inside) {
        this.options = options;
        this.inside = inside;
        this.interval = options.interval();
        this.swallowedBefore = inside.errorsSwallowed();
        this.tracker = new ConnectionTracker(
                options.codePaths(),
                options.depth(),
                options.app(),
                options.destinations(),
                options.remember(),
                inside,
                new Governor(options.maxOverhead(), System.nanoTime()));
    }

    /** Takes the events of woven code. */
    public ConnectionTracker tracker() {
        return tracker;
    }

    /**
     * Begins to sample. The command line finds the agent from here on; for a report it waits for the first sample.
     *
     * @param atOnce return after the first sample is shown, instead of leaving the application time to start
     */
    public void start(boolean atOnce) {
        notePreexisting();
        publish(AgentProperty.VERSION, Version.current());
        Thread sampling = new Thread(null, () -> run(atOnce ? Duration.ZERO : QUIET), SamplerThread.NAME, 0, false);
        sampling.setDaemon(true);
        sampling.setContextClassLoader(TcpHealth.class.getClassLoader());
        thread = sampling;
        sampling.start();
        if (atOnce) {
            try {
                if (!firstSample.await(FIRST_SAMPLE.toSeconds(), TimeUnit.SECONDS)) {
                    trouble = "the first sample took longer than " + FIRST_SAMPLE.toSeconds() + " s";
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends sampling and removes whatever was shown. */
    @Override
    public void close() {
        closed = true;
        Thread sampling = thread;
        if (sampling != null) {
            LockSupport.unpark(sampling);
            try {
                sampling.join(FIRST_SAMPLE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        unpublishReports();
        publish(AgentProperty.VERSION, null);
    }

    private void run(Duration quiet) {
        long begin = System.nanoTime();
        try {
            NativeAccess early = Runtime.version().feature() >= ForeignAccess.FIRST_JDK ? openNative() : null;
            pause(begin, () -> quiet.compareTo(FIRST_MOMENTS) < 0 ? quiet : FIRST_MOMENTS);
            if (!closed) {
                matchStacks();
            }
            pause(begin, () -> quiet);
            try (NativeAccess access = early == null && !closed ? openNative() : early) {
                if (access != null && !closed) {
                    sampleUntilClosed(access);
                }
                tracker.ask(KernelProbe.NONE);
            }
        } catch (RuntimeException | Error e) {
            // Such as classes that are not found any more, as somebody has put another jar in this one's place.
            System.err.println("tcp-health: stopped sampling, the application is not affected: " + oneLine(e));
        } finally {
            tracker.ask(KernelProbe.NONE);
            firstSample.countDown();
            unpublishReports();
        }
    }

    /** With JNA, not before the application has chosen its log manager: JNA initialises java.util.logging. */
    private NativeAccess openNative() {
        NativeAccess access = NativeAccess.open(inside);
        access.sockets()
                .ifPresent(calls -> tracker.ask(
                        new KernelEndings(new TcpInfoReader(calls), inside::unreadBytes, inside::hasError)));
        nativeAccess = access.description();
        return access;
    }

    /** No socket needs to wait for it. Whatever fails here, stacks are captured. */
    private void matchStacks() {
        if (!options.matchStacks()) {
            stackAccess = "captured: the option stacks=captured was given";
            return;
        }
        try {
            PhysicalStack<KnownStacks.Note> stack = PhysicalStack.of(inside.memory());
            KnownStacks stacks = new KnownStacks(stack::note, stack::forget, stack::bytes);
            tracker.codePaths().matchBy(stacks);
            knownStacks = stacks;
        } catch (RuntimeException | IOException | ReflectiveOperationException | LinkageError e) {
            String reason = e.getMessage();
            stackAccess = "captured: " + (reason == null ? e.toString() : reason);
        }
    }

    private String stackAccess() {
        KnownStacks stacks = knownStacks;
        return stacks == null ? stackAccess : stacks.description();
    }

    private Sampler sampler(NativeAccess access, @Nullable DestroyedSockets destroyed) {
        SocketSource netlink = access.sockets().map(NetlinkSocketSource::new).orElse(null);
        return new Sampler(
                tracker,
                new HostReader(),
                new FallbackSocketSource(netlink, access.description(), new ProcSocketSource()),
                new SocketFds(),
                destroyed);
    }

    /** Without MBeans there are still reports, and the agent can still be detached. */
    private void sampleUntilClosed(NativeAccess access) {
        ReportContext context = contextOfThisJvm();
        OwnCosts costs = new OwnCosts(tracker);
        Judge judge = new Judge(options.limits());
        try (DestroyedSockets destroyed =
                        access.sockets().map(DestroyedSockets::new).orElse(null);
                MBeans beans = beans(costs, judge)) {
            Sampler sampler = sampler(access, destroyed);
            while (!closed) {
                long start = System.nanoTime();
                try {
                    costs.take();
                    sampleOnce(sampler, judge, beans, context);
                    firstSample.countDown();
                    pauseAndDrain(sampler, start);
                } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
                    // No memory, not even for saying so: the application has filled the heap, and may make room again.
                    errors.incrementAndGet();
                    park(DRAIN_NANOS);
                }
            }
        }
    }

    /** While connections retransmit, the kernel tells of those that end: its queue holds about 200 of them. */
    private void pauseAndDrain(Sampler sampler, long startNanos) {
        while (!closed && sampler.lossy() && System.nanoTime() - startNanos < interval.toNanos()) {
            park(DRAIN_NANOS);
            sampler.drain();
        }
        pause(startNanos, () -> interval);
    }

    private @Nullable MBeans beans(OwnCosts costs, Judge judge) {
        try {
            return new MBeans(ManagementFactory.getPlatformMBeanServer(), new Control(costs, judge));
        } catch (RuntimeException | LinkageError e) {
            trouble = "there are no MBeans: " + e;
            System.err.println("tcp-health: no MBeans, only reports: " + oneLine(e));
            return null;
        }
    }

    private static String oneLine(Throwable t) {
        return t.toString().lines().findFirst().orElse("");
    }

    private void sampleOnce(Sampler sampler, Judge judge, @Nullable MBeans beans, ReportContext context) {
        try {
            Snapshot snapshot = sampler.sample();
            HealthReport judged = judge.judge(snapshot);
            samples.incrementAndGet();
            if (beans != null) {
                beans.show(snapshot, judged);
            }
            String report = ReportText.render(snapshot, judged, context);
            lastReport = report;
            publish(AgentProperty.REPORT_TEXT, report);
            publish(AgentProperty.REPORT_JSON, ReportJson.render(snapshot, judged, context));
        } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
            errors.incrementAndGet();
            trouble = "a sample failed: " + e;
        }
    }

    private void publish(AgentProperty property, @Nullable String value) {
        inside.publish(property.key(), value);
    }

    private void unpublishReports() {
        publish(AgentProperty.REPORT_TEXT, null);
        publish(AgentProperty.REPORT_JSON, null);
    }

    /** Not to be made to spin by an application that interrupts a whole group of threads. */
    private void park(long nanos) {
        LockSupport.parkNanos(this, nanos);
        @SuppressWarnings("unused")
        boolean ignored = Thread.interrupted();
    }

    /** Waits until so long after the start, which may change meanwhile, or until closed. */
    private void pause(long startNanos, Supplier<Duration> length) {
        long left = length.get().toNanos();
        while (!closed && left > 0) {
            park(left);
            left = length.get().toNanos() - (System.nanoTime() - startNanos);
        }
    }

    private void notePreexisting() {
        try {
            new SocketFds().forEach((number, inode) -> tracker.preexisting(number));
        } catch (IOException e) {
            // Without /proc there is no way to know: the sampler says so in every Snapshot.
        }
    }

    private static ReportContext contextOfThisJvm() {
        String command = System.getProperty("sun.java.command", "").strip();
        int end = command.indexOf(' ');
        return new ReportContext(
                ProcessHandle.current().pid(),
                command.isEmpty() ? "(unknown)" : command.substring(0, end < 0 ? command.length() : end),
                System.getProperty("java.version", "unknown"),
                Version.current(),
                hostName());
    }

    /** The kernel's name of the host: InetAddress would ask the network. */
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "(unknown host)";
        }
    }

    private final class Control implements AgentControl {

        private final OwnCosts costs;
        private final Judge judge;

        Control(OwnCosts costs, Judge judge) {
            this.costs = costs;
            this.judge = judge;
        }

        @Override
        public AgentStatus status() {
            List<String> missing = new ArrayList<>(inside.missing());
            String problem = trouble;
            if (problem != null) {
                missing.add(problem);
            }
            return new AgentStatus(
                    Version.current(),
                    optionsInForce(),
                    nativeAccess,
                    stackAccess(),
                    samples.get(),
                    inside.errorsSwallowed() - swallowedBefore + errors.get(),
                    tracker.dropped.get(),
                    tracker.codePaths().all().size(),
                    options.codePaths(),
                    costs.last(),
                    missing);
        }

        private Map<String, String> optionsInForce() {
            Map<String, String> text = options.asText();
            text.putAll(judge.limits().asText());
            return text;
        }

        @Override
        public void reset() {
            tracker.reset();
        }

        @Override
        public String report() {
            String report = lastReport;
            if (report == null) {
                throw new IllegalArgumentException("there is no report yet: try again in a few seconds");
            }
            return report;
        }

        @Override
        public String writeReport(@Nullable String path) {
            return ReportFile.write(path, report()).toString();
        }

        @Override
        public Map<String, String> limits() {
            return judge.limits().asText();
        }

        @Override
        public synchronized void limit(String name, String value) {
            try {
                judge.limits(judge.limits().with(name, value));
            } catch (OptionException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        }

        @Override
        public Duration interval() {
            return interval;
        }

        @Override
        public void interval(Duration chosen) {
            if (!Option.INTERVAL.allows(chosen)) {
                throw new IllegalArgumentException("the interval can be " + Option.INTERVAL.allowed());
            }
            interval = chosen;
            LockSupport.unpark(thread);
        }
    }
}
