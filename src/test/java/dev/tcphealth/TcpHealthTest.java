package dev.tcphealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.config.AgentProperty;
import dev.tcphealth.config.OptionException;
import dev.tcphealth.config.Options;
import dev.tcphealth.config.Version;
import dev.tcphealth.hotspot.JvmMemory;
import dev.tcphealth.kernel.NativeSockets;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TcpHealthTest {

    private final Inside inside = new Inside();

    @Test
    void startedAtOnceItHasShownEverything() throws Exception {
        try (TcpHealth health = new TcpHealth(options("interval=1h"), inside)) {
            assertThat(inside.published).isEmpty();
            health.start(true);
            assertThat(beans()).contains("tcphealth:type=Agent", "tcphealth:type=Jvm", "tcphealth:type=CodePaths");
            assertThat(inside.published)
                    .containsOnlyKeys(
                            "tcphealth.version",
                            "tcphealth.report.text",
                            "tcphealth.report.json",
                            "dev.tcphealth.interval")
                    .containsEntry(AgentProperty.VERSION.key(), Version.current());
            assertThat(number("Samples")).isEqualTo(1);
        }
        assertGone();
    }

    /** As under -javaagent, where the application has its MBean server to itself for a while. */
    @Test
    void whileItIsQuietItsVersionIsThere() throws Exception {
        try (TcpHealth health = new TcpHealth(options(""), inside)) {
            health.start(false);
            assertThat(inside.published).containsExactly(Map.entry(AgentProperty.VERSION.key(), Version.current()));
            assertThat(samplers()).isEqualTo(1);
            assertThat(beans()).isEmpty();
        }
        assertGone();
    }

    @Test
    void closedBeforeItStartedThereIsNothing() throws Exception {
        new TcpHealth(options(""), inside).close();
        assertGone();
    }

    @Test
    void aShorterIntervalTakesEffectAtOnce() throws Exception {
        try (TcpHealth health = new TcpHealth(options("interval=1h"), inside)) {
            health.start(true);
            ManagementFactory.getPlatformMBeanServer().setAttribute(agent(), new Attribute("IntervalSeconds", 1.0));
            await().atMost(Duration.ofSeconds(20)).until(() -> number("Samples") >= 2);
            assertThat(number("Samples")).isLessThan(10);
        }
        assertGone();
    }

    @Test
    void anIntervalOutOfBoundsIsRefusedInTheOptionsWords() throws Exception {
        try (TcpHealth health = new TcpHealth(options("interval=1h"), inside)) {
            health.start(true);
            for (double seconds : new double[] {0.5, 0.999, 3600.1, 86_400}) {
                assertThatThrownBy(() -> ManagementFactory.getPlatformMBeanServer()
                                .setAttribute(agent(), new Attribute("IntervalSeconds", seconds)))
                        .hasRootCauseInstanceOf(IllegalArgumentException.class)
                        .rootCause()
                        .hasMessageContaining("1s to 1h");
            }
            assertThat(ManagementFactory.getPlatformMBeanServer().getAttribute(agent(), "IntervalSeconds"))
                    .isEqualTo(3600.0);
        }
    }

    @Test
    void theReportIsWrittenToAFileThatIsNew(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.txt");
        Object[] path = {file.toString()};
        String[] text = {String.class.getName()};
        try (TcpHealth health = new TcpHealth(options("interval=1h"), inside)) {
            health.start(true);
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            assertThat(server.invoke(agent(), "writeReport", path, text)).isEqualTo(file.toString());
            assertThat(server.invoke(new ObjectName("tcphealth:type=Health"), "report", null, null))
                    .isEqualTo(Files.readString(file));
            assertThat(Files.readString(file)).isEqualTo(inside.published.get(AgentProperty.REPORT_TEXT.key()));
            assertThatThrownBy(() -> server.invoke(agent(), "writeReport", path, text))
                    .isInstanceOf(MBeanException.class)
                    .hasMessage("cannot write " + file + ": it is there already: give another path");
        }
    }

    @Test
    void closedInTheMiddleOfASampleItLeavesNothing() throws Exception {
        inside.holdReports = new CountDownLatch(1);
        TcpHealth health = new TcpHealth(options("interval=1h"), inside);
        Thread starter = new Thread(() -> health.start(true));
        starter.start();
        assertThat(inside.reporting.await(20, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(health::close);
        closer.start();
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        assertThat(beans()).isNotEmpty();
        inside.holdReports.countDown();
        closer.join();
        starter.join();
        assertGone();
    }

    @Test
    void anInterruptDoesNotMakeItSpin() throws Exception {
        try (TcpHealth health = new TcpHealth(options("interval=1h"), inside)) {
            health.start(true);
            Thread sampler = sampler();
            sampler.interrupt();
            await().until(() -> !sampler.isInterrupted() && sampler.getState() == Thread.State.TIMED_WAITING);
            assertThat(number("Samples")).isEqualTo(1);
        }
        assertGone();
    }

    @Test
    void aSampleThatFailsIsSaidUntilTheNextIsTaken() throws Exception {
        inside.failures.set(Integer.MAX_VALUE);
        try (TcpHealth health = new TcpHealth(options("interval=1s"), inside)) {
            health.start(true);
            assertThat(number("ErrorsSwallowed")).isPositive();
            assertThat((String[]) ManagementFactory.getPlatformMBeanServer().getAttribute(agent(), "Missing"))
                    .contains("nothing to weave", "a sample failed: java.lang.IllegalStateException: no room");
            assertThat(health("Status")).isEqualTo("UNKNOWN");
            inside.failures.set(0);
            await().until(() -> inside.published.containsKey(AgentProperty.REPORT_JSON.key()));
            await().until(() ->
                    !health("Status").equals("UNKNOWN") || ((String[]) health("UnknownBecause")).length > 0);
            assertThat((String[]) ManagementFactory.getPlatformMBeanServer().getAttribute(agent(), "Missing"))
                    .noneMatch(line -> line.startsWith("a sample failed"));
        }
        assertGone();
    }

    @Test
    void theLastReportIsCalledStaleWhileSamplesFail() throws Exception {
        try (TcpHealth health = new TcpHealth(options("interval=1s"), inside)) {
            health.start(true);
            assertThat(inside.published).doesNotContainKey(AgentProperty.STALE.key());
            inside.jsonFailures.set(Integer.MAX_VALUE);
            await().until(() -> inside.published.containsKey(AgentProperty.STALE.key()));
            await().until(() -> reportLine(2).startsWith("STALE: no sample since "));
            assertThat(reportLine(2)).endsWith(": a sample failed: java.lang.IllegalStateException: no room for JSON");
            assertThat(inside.published.get(AgentProperty.STALE.key()))
                    .matches("since \\S+Z: a sample failed: java.lang.IllegalStateException: no room for JSON");
            assertThat(health("Status")).isEqualTo("UNKNOWN");
            assertThat((String[]) health("UnknownBecause"))
                    .containsExactly("a sample failed: java.lang.IllegalStateException: no room for JSON");

            inside.jsonFailures.set(0);
            await().until(() -> !inside.published.containsKey(AgentProperty.STALE.key()));
            assertThat(reportLine(2)).doesNotStartWith("STALE");
        }
        assertGone();
    }

    private String reportLine(int index) {
        return inside.published.getOrDefault(AgentProperty.REPORT_TEXT.key(), "\n\n\n")
                .split("\n", -1)[index];
    }

    private static Object health(String attribute) throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName("tcphealth:type=Health"), attribute);
    }

    @Test
    void onlyErrorsSinceItsStartAreItsOwn() throws Exception {
        inside.errors.set(5);
        try (TcpHealth health = new TcpHealth(options("interval=1h"), inside)) {
            health.start(true);
            inside.errors.addAndGet(2);
            assertThat(number("ErrorsSwallowed")).isEqualTo(2);
        }
    }

    /** Something else holds the names of the MBeans. */
    @Test
    void withoutMBeansThereAreStillReports() throws Exception {
        try (TcpHealth first = new TcpHealth(options("interval=1h"), new Inside());
                TcpHealth second = new TcpHealth(options("interval=1h"), inside)) {
            first.start(true);
            second.start(true);
            assertThat(inside.published)
                    .containsOnlyKeys(
                            "tcphealth.version",
                            "tcphealth.report.text",
                            "tcphealth.report.json",
                            "dev.tcphealth.interval");
        }
        assertGone();
    }

    private void assertGone() throws JMException {
        assertThat(inside.published).isEmpty();
        assertThat(beans()).isEmpty();
        assertThat(samplers()).isZero();
    }

    private static List<String> beans() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        return server.queryNames(new ObjectName("tcphealth:*"), null).stream()
                .map(ObjectName::toString)
                .toList();
    }

    private static long number(String attribute) throws JMException {
        return ((Number) ManagementFactory.getPlatformMBeanServer().getAttribute(agent(), attribute)).longValue();
    }

    private static ObjectName agent() throws JMException {
        return new ObjectName("tcphealth:type=Agent");
    }

    private static Thread sampler() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("tcp-health"))
                .findFirst()
                .orElseThrow();
    }

    private static long samplers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("tcp-health"))
                .count();
    }

    private static Options options(String text) throws OptionException {
        return Options.parse(text);
    }

    /** Keeps what is published. */
    private static final class Inside implements JvmInside {

        final Map<String, String> published = new ConcurrentHashMap<>();
        final AtomicInteger errors = new AtomicInteger();
        final AtomicInteger failures = new AtomicInteger();
        final AtomicInteger jsonFailures = new AtomicInteger();
        final CountDownLatch reporting = new CountDownLatch(1);
        volatile CountDownLatch holdReports = new CountDownLatch(0);

        @Override
        public void publish(String key, @Nullable String value) {
            if (value == null) {
                published.remove(key);
                return;
            }
            if (key.equals(AgentProperty.REPORT_TEXT.key())) {
                reporting.countDown();
                awaitLeave();
                if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("no room");
                }
            }
            // What says that it is stale is published again each time until it is.
            if (key.equals(AgentProperty.REPORT_JSON.key())
                    && !value.contains("stale")
                    && jsonFailures.getAndDecrement() > 0) {
                throw new IllegalStateException("no room for JSON");
            }
            published.put(key, value);
        }

        private void awaitLeave() {
            try {
                holdReports.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public int unreadBytes(FileDescriptor fd) {
            return 0;
        }

        @Override
        public boolean hasError(FileDescriptor fd) {
            return false;
        }

        @Override
        public long errorsSwallowed() {
            return errors.get();
        }

        @Override
        public List<String> missing() {
            return List.of("nothing to weave");
        }

        @Override
        public @Nullable Object backtrace(Throwable of) {
            return null;
        }

        @Override
        public JvmMemory memory() throws IOException {
            throw new IOException("not here");
        }

        @Override
        public NativeSockets foreignSockets() throws IOException {
            throw new IOException("not here");
        }
    }
}
