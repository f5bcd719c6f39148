package dev.tcphealth.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.health.Change;
import dev.tcphealth.health.HealthReport;
import dev.tcphealth.report.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.Attribute;
import javax.management.ListenerNotFoundException;
import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.Notification;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthViewTest {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final TestAgent agent = new TestAgent();
    private final MBeans mbeans = new MBeans(server, agent);
    private final ObjectName health = name();
    private final BlockingQueue<Notification> received = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        mbeans.close();
        assertThat(server.isRegistered(health)).isFalse();
    }

    @Test
    void showsWhatIsWrong() throws Exception {
        assertThat(get("Status")).isEqualTo("UNKNOWN");
        assertThat(get("FindingCount")).isEqualTo(-1L);
        mbeans.show(Samples.bad(), Samples.sick());
        assertThat(get("Status")).isEqualTo("CRITICAL");
        assertThat(get("FindingCount")).isEqualTo(2L);
        assertThat(get("CriticalCount")).isEqualTo(1L);
        assertThat(get("WarningCount")).isEqualTo(1L);
        assertThat(get("Worst")).isEqualTo("3 connects to 10.0.0.5:8080 failed: no local port was left for them");
        CompositeData first = ((TabularData) get("Findings")).get(new Object[] {1});
        assertThat(first.get("CodePath")).isEqualTo("com.acme.shop.Prices.lookup(Prices.java:42)");
        assertThat(first.get("Evidence"))
                .isEqualTo("connects without a port: 3, ports in use: 28,232, connections: 612.5 /s");
        CompositeData forecast = ((TabularData) get("Forecasts")).get(new Object[] {2});
        assertThat(forecast.get("SecondsLeft")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat((String[]) get("NotEnoughData")).hasSize(1);
        mbeans.show(Samples.healthy(), HealthReport.NONE);
        assertThat(get("Worst")).isEqualTo("");
    }

    @Test
    void itsNotificationsAreDescribedAndCarryTheFindingInOpenTypes() throws Exception {
        assertThat(server.getMBeanInfo(health).getNotifications())
                .singleElement()
                .satisfies(info -> {
                    assertThat(info.getNotifTypes())
                            .containsExactly(
                                    "tcphealth.finding.raised",
                                    "tcphealth.finding.escalated",
                                    "tcphealth.finding.eased",
                                    "tcphealth.finding.cleared");
                    assertThat(info.getDescription()).contains("user data");
                });
        listen((notification, handback) -> received.add(notification));
        mbeans.show(Samples.bad(), Samples.sick());
        Notification first = next();
        assertThat(first.getType()).isEqualTo("tcphealth.finding.raised");
        assertThat(first.getSource()).isEqualTo(health);
        assertThat(first.getTimeStamp()).isEqualTo(Samples.bad().at().toEpochMilli());
        assertThat(first.getMessage())
                .isEqualTo("RAISED CRITICAL: 3 connects to 10.0.0.5:8080 failed: no local port was left for them"
                        + " (com.acme.shop.Prices.lookup(Prices.java:42))");
        CompositeData finding = (CompositeData) first.getUserData();
        assertThat(finding.get("Rule")).isEqualTo("ports");
        assertThat(finding.get("CodePathId")).isEqualTo(7);
        assertThat(finding.containsKey("Rank")).isFalse();
        Notification second = next();
        assertThat(second.getType()).isEqualTo("tcphealth.finding.escalated");
        assertThat(second.getSequenceNumber()).isEqualTo(first.getSequenceNumber() + 1);
        assertThat(second.getMessage()).doesNotEndWith(")");
    }

    @Test
    void aListenerThatThrowsOrBlocksHarmsNobody() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<Notification> late = Collections.synchronizedList(new ArrayList<>());
        listen((notification, handback) -> {
            throw new IllegalStateException("thrown by the test");
        });
        listen((notification, handback) -> {
            hold(release);
            late.add(notification);
        });
        listen((notification, handback) -> received.add(notification));
        for (int i = 0; i < 50; i++) {
            mbeans.show(Samples.bad(), Samples.sick());
        }
        long sequence = next().getSequenceNumber();
        for (int i = 1; i < 100; i++) {
            assertThat(next().getSequenceNumber()).isEqualTo(sequence + i);
        }
        await().until(() -> get("NotificationsDropped").equals(100));
        release.countDown();
        await().until(() -> late.size() == 100);
        assertThat(late)
                .isSortedAccordingTo((one, other) -> Long.compare(one.getSequenceNumber(), other.getSequenceNumber()));
        await().until(HealthViewTest::noThreads);
    }

    @Test
    void whatABlockedListenerCannotTakeIsDroppedAndCountedAndItsThreadEndsWithTheAgent() throws Exception {
        listen((notification, handback) -> hold(new CountDownLatch(1)));
        for (int i = 0; i < Notifier.MOST_WAITING; i++) {
            mbeans.show(Samples.bad(), Samples.sick());
        }
        assertThat((Integer) get("NotificationsDropped")).isBetween(Notifier.MOST_WAITING - 1, Notifier.MOST_WAITING);
        mbeans.close();
        await().until(HealthViewTest::noThreads);
    }

    @Test
    void whoListensNoMoreHearsNoMore() throws Exception {
        NotificationListener listener = (notification, handback) -> received.add(notification);
        server.addNotificationListener(
                health, listener, notification -> notification.getType().endsWith("raised"), "a");
        server.addNotificationListener(health, listener, null, "b");
        mbeans.show(Samples.bad(), Samples.sick());
        for (int i = 0; i < 3; i++) {
            next();
        }
        server.removeNotificationListener(health, listener, null, "b");
        assertThatThrownBy(() -> server.removeNotificationListener(health, listener, null, "c"))
                .isInstanceOf(ListenerNotFoundException.class);
        mbeans.show(Samples.bad(), Samples.sick());
        assertThat(next().getType()).endsWith("raised");
        server.removeNotificationListener(health, listener);
        assertThatThrownBy(() -> server.removeNotificationListener(health, listener))
                .isInstanceOf(ListenerNotFoundException.class);
        mbeans.show(Samples.bad(), Samples.sick());
        await().until(HealthViewTest::noThreads);
        assertThat(received).isEmpty();
    }

    @Test
    void limitsAreChangedInTheWordsOfTheOptions() throws Exception {
        limit(" ports-used ", "55.5");
        assertThat(((TabularData) get("Limits"))
                        .get(new Object[] {"ports-used"})
                        .get("value"))
                .isEqualTo("55.5");
        for (List<String> wrong : List.of(
                List.of("ports-used", "-1"),
                List.of("ports-used", "NaN"),
                List.of("retransmission-local", "0.6"),
                List.of("interval", "5s"),
                List.of("", ""))) {
            assertThatThrownBy(() -> limit(wrong.get(0), wrong.get(1)))
                    .isInstanceOf(MBeanException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("option");
        }
        assertThatThrownBy(() -> server.setAttribute(health, new Attribute("Limits", null)))
                .isInstanceOf(Exception.class);
    }

    /** As {@link Change#kind} says, in words a program can rely on. */
    @Test
    void everyKindOfChangeHasAType() throws Exception {
        assertThat(server.getMBeanInfo(health).getNotifications()[0].getNotifTypes())
                .hasSameSizeAs(Change.Kind.values());
    }

    private void limit(String key, String value) throws Exception {
        server.invoke(health, "setLimit", new Object[] {key, value}, new String[] {
            String.class.getName(), String.class.getName()
        });
    }

    private void listen(NotificationListener listener) throws Exception {
        server.addNotificationListener(health, listener, null, null);
    }

    private Notification next() throws InterruptedException {
        Notification next = received.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    private Object get(String attribute) throws Exception {
        return server.getAttribute(health, attribute);
    }

    private static boolean noThreads() {
        Thread[] threads = new Thread[10_000];
        int count = Thread.enumerate(threads);
        return Stream.of(threads)
                .limit(count)
                .noneMatch(thread -> thread.getName().equals("tcp-health-notifier"));
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ObjectName name() {
        try {
            return new ObjectName("tcphealth:type=Health");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
