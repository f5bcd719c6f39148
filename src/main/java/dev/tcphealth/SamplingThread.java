package dev.tcphealth;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.config.Options;
import dev.tcphealth.config.SamplerThread;
import dev.tcphealth.connection.ConnectionTracker;
import dev.tcphealth.connection.KernelProbe;
import dev.tcphealth.connection.KnownStacks;
import dev.tcphealth.correlate.KernelEndings;
import dev.tcphealth.correlate.Sampler;
import dev.tcphealth.correlate.Snapshot;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.health.Judge;
import dev.tcphealth.hotspot.PhysicalStack;
import dev.tcphealth.kernel.DescriptorReserve;
import dev.tcphealth.kernel.DestroyedSockets;
import dev.tcphealth.kernel.FallbackSocketSource;
import dev.tcphealth.kernel.ForeignAccess;
import dev.tcphealth.kernel.HostReader;
import dev.tcphealth.kernel.NativeAccess;
import dev.tcphealth.kernel.NativeSockets;
import dev.tcphealth.kernel.NetlinkSocketSource;
import dev.tcphealth.kernel.ProcSocketSource;
import dev.tcphealth.kernel.SocketFds;
import dev.tcphealth.kernel.SocketSource;
import dev.tcphealth.kernel.TcpInfoReader;
import dev.tcphealth.mbean.MBeans;
import dev.tcphealth.report.StaleReport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The thread that brings what takes long to load into being, and then takes samples until it is closed. */
final class SamplingThread implements Runnable {

    /** How long it has both processors to itself: what makes stacks cheap takes 15 ms of one, and matters later. */
    private static final Duration FIRST_MOMENTS = Duration.ofMillis(500);

    /** How often the kernel's queue of ended connections is emptied: enough for 2,000 of them per second. */
    private static final long DRAIN_NANOS = 50_000_000;

    /** One for what is being read and one more, should a thread of the application be faster when it is taken back. */
    private static final int RESERVED_DESCRIPTORS = 2;

    /** How often to look for room. */
    private static final long ROOM_NANOS = 500_000_000;

    private static final String FAILED = "a sample failed";

    private final Options options;
    private final JvmInside inside;
    private final ConnectionTracker tracker;
    private final Condition condition;
    private final SampleTimes times;
    private final SampleBudget budget;
    private final Duration quiet;
    private final CountDownLatch firstSample = new CountDownLatch(1);

    private volatile boolean closed;

    /** @param quiet how long to leave the application its MBean server and its logging to itself */
    SamplingThread(
            Options options,
            JvmInside inside,
            ConnectionTracker tracker,
            Condition condition,
            SampleTimes times,
            Duration quiet) {
        this.options = options;
        this.inside = inside;
        this.tracker = tracker;
        this.condition = condition;
        this.times = times;
        this.budget = new SampleBudget(options.maxOverhead());
        this.quiet = quiet;
    }

    /** Begins. */
    Thread start() {
        Thread thread = new Thread(null, this, SamplerThread.NAME, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        thread.start();
        return thread;
    }

    /** Counted down once the first sample is shown, or there will be none. */
    CountDownLatch firstSample() {
        return firstSample;
    }

    /** Takes no further sample; the thread must be unparked. */
    void close() {
        closed = true;
    }

    @Override
    public void run() {
        long begin = System.nanoTime();
        try {
            awaitRoom();
            NativeAccess early = Runtime.version().feature() >= ForeignAccess.FIRST_JDK ? openNative() : null;
            pause(begin, () -> quiet.compareTo(FIRST_MOMENTS) < 0 ? quiet : FIRST_MOMENTS);
            if (!closed) {
                matchStacks();
            }
            pause(begin, () -> quiet);
            awaitRoom();
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
        }
    }

    /** Until there is room to begin; says so where readers look for a report. */
    private void awaitRoom() {
        StartRoom room = new StartRoom();
        Instant since = null;
        for (String lack = closed ? null : room.lack(); lack != null; lack = closed ? null : room.lack()) {
            since = since == null ? Instant.now() : since;
            condition.failed("no sample is taken: " + lack);
            inside.publish(AgentProperty.STALE.key(), StaleReport.line(since, lack));
            firstSample.countDown();
            park(ROOM_NANOS);
        }
        if (since != null) {
            inside.publish(AgentProperty.STALE.key(), null);
        }
    }

    /** With JNA, not before the application has chosen its log manager: JNA initialises java.util.logging. */
    private NativeAccess openNative() {
        NativeAccess access = NativeAccess.open(inside);
        access.sockets()
                .ifPresent(calls -> tracker.ask(
                        new KernelEndings(new TcpInfoReader(calls), inside::unreadBytes, inside::hasError)));
        condition.nativeAccess(access.description());
        return access;
    }

    /** No socket needs to wait for it. Whatever fails here, stacks are captured. */
    private void matchStacks() {
        if (!options.matchStacks()) {
            condition.captured("the option stacks=captured was given");
            return;
        }
        try {
            PhysicalStack<KnownStacks.Note> stack = PhysicalStack.of(inside.memory());
            KnownStacks stacks = new KnownStacks(stack::note, stack::forget, stack::bytes);
            tracker.codePaths().matchBy(stacks);
            condition.matchedBy(stacks);
        } catch (RuntimeException | IOException | ReflectiveOperationException | LinkageError e) {
            String reason = e.getMessage();
            condition.captured(reason == null ? e.toString() : reason);
        }
    }

    private Sampler sampler(NativeAccess access, @Nullable DestroyedSockets destroyed, DescriptorReserve reserve) {
        SocketSource netlink = access.sockets()
                .map(calls -> new NetlinkSocketSource(calls, reserve))
                .orElse(null);
        return new Sampler(
                tracker,
                new HostReader(reserve),
                new FallbackSocketSource(netlink, access.description(), new ProcSocketSource(reserve)),
                new SocketFds(reserve),
                destroyed);
    }

    /** Without MBeans there are still reports, and the agent can still be detached. */
    private void sampleUntilClosed(NativeAccess access) {
        loadMBeanServer();
        OwnCosts costs = new OwnCosts(tracker);
        Judge judge = new Judge(options.limits(), inside.missing());
        Reports reports = new Reports(inside, ThisJvm.context());
        Thread sampling = Thread.currentThread();
        RunningControl control = new RunningControl(
                options, inside, tracker, condition, times, reports, costs, judge, () -> LockSupport.unpark(sampling));
        try (DescriptorReserve reserve = new DescriptorReserve(RESERVED_DESCRIPTORS);
                DestroyedSockets destroyed =
                        access.sockets().map(DestroyedSockets::new).orElse(null);
                MBeans beans = beans(control)) {
            Sampler sampler = sampler(access, destroyed, reserve);
            condition.nativeBytes(
                    access.sockets().map(NativeSockets::nativeBytes).orElse(0L));
            while (!closed) {
                try {
                    times.begin();
                    sampleOnce(sampler, judge, beans, reports, costs);
                    firstSample.countDown();
                    pauseAndDrain(sampler);
                } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
                    // Whatever it was, the next sample may succeed: while the heap is full, anything may throw.
                    condition.swallowed();
                    park(DRAIN_NANOS);
                }
            }
        } finally {
            Reports.unpublish(inside);
        }
    }

    /** While connections retransmit, the kernel tells of those that end: its queue holds about 200 of them. */
    private void pauseAndDrain(Sampler sampler) {
        for (long left = times.leftNanos(); !closed && left > 0; left = times.leftNanos()) {
            try {
                boolean lossy = sampler.lossy();
                park(lossy ? Math.min(left, DRAIN_NANOS) : left);
                if (lossy) {
                    sampler.drain();
                }
            } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
                condition.swallowed();
                park(DRAIN_NANOS);
            }
        }
    }

    /**
     * Has the JDK make its MBean server on a thread that ends: it reads the limits of the container by channels
     * (jdk.internal.platform.CgroupUtil), which leave their thread a direct buffer that counts as the application's.
     */
    private static void loadMBeanServer() {
        Thread ending = new Thread(
                null,
                () -> {
                    try {
                        ManagementFactory.getPlatformMBeanServer();
                    } catch (RuntimeException | LinkageError e) {
                        // As whoever asks next will be told.
                    }
                },
                SamplerThread.NAME + "-start",
                0,
                false);
        ending.setDaemon(true);
        ending.start();
        try {
            ending.join();
        } catch (InterruptedException e) {
            // Somebody has interrupted a whole group of threads: it is made by the next who asks, and park clears this.
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable MBeans beans(RunningControl control) {
        try {
            return new MBeans(ManagementFactory.getPlatformMBeanServer(), control);
        } catch (RuntimeException | LinkageError e) {
            condition.trouble("there are no MBeans: " + e);
            System.err.println("tcp-health: no MBeans, only reports: " + oneLine(e));
            return null;
        }
    }

    private static String oneLine(Throwable t) {
        return t.toString().lines().findFirst().orElse("");
    }

    private void sampleOnce(Sampler sampler, Judge judge, @Nullable MBeans beans, Reports reports, OwnCosts costs) {
        try {
            costs.take();
            Snapshot sampled = sampler.sample();
            String stretched = budget.reason(times.interval());
            Snapshot snapshot = stretched == null ? sampled : sampled.alsoMissing(stretched);
            HealthReport judged = judge.judge(snapshot);
            sampler.keep(judged.codePaths(), judged.destinations());
            if (beans != null) {
                beans.show(snapshot, judged);
            }
            reports.publish(snapshot, judged);
            condition.sampled();
            budget.took(costs.sinceTaken());
            times.stretch(budget.factor(times.interval()));
            reports.interval(times.stretched());
        } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
            condition.swallowed();
            failed(beans, reports, e);
        }
    }

    /** No memory, not even for saying so: the application has filled the heap, and may make room again. */
    private void failed(@Nullable MBeans beans, Reports reports, Throwable failure) {
        try {
            condition.failed(FAILED);
            if (beans != null) {
                beans.stale(FAILED);
            }
            String reason = FAILED + ": " + oneLine(failure);
            condition.failed(reason);
            if (beans != null) {
                beans.stale(reason);
            }
            reports.stale(reason);
        } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
            condition.swallowed();
        }
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
}
