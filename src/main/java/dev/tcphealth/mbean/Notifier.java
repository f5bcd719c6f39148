package dev.tcphealth.mbean;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import javax.management.ListenerNotFoundException;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationFilter;
import javax.management.NotificationListener;
import org.jspecify.annotations.Nullable;

/**
 * Sends notifications to listeners, each on a thread of its own that lives only while there is something to deliver: a
 * listener that throws or blocks harms neither the sampler nor the other listeners. Each gets what is sent in order.
 */
final class Notifier implements NotificationEmitter, AutoCloseable {

    /** For one listener that is busy; what comes then is dropped and counted. */
    static final int MOST_WAITING = 1000;

    private static final String THREAD_NAME = "tcp-health-notifier";

    private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
    private final AtomicLong dropped = new AtomicLong();
    private final MBeanNotificationInfo[] info;
    private volatile boolean closed;

    Notifier(MBeanNotificationInfo... info) {
        this.info = info;
    }

    @Override
    public void addNotificationListener(
            NotificationListener listener, @Nullable NotificationFilter filter, @Nullable Object handback) {
        mailboxes.add(new Mailbox(Objects.requireNonNull(listener, "listener"), filter, handback));
    }

    @Override
    public void removeNotificationListener(NotificationListener listener) throws ListenerNotFoundException {
        remove(mailbox -> mailbox.listener.equals(listener));
    }

    @Override
    public void removeNotificationListener(
            NotificationListener listener, @Nullable NotificationFilter filter, @Nullable Object handback)
            throws ListenerNotFoundException {
        remove(mailbox -> mailbox.listener.equals(listener)
                && Objects.equals(mailbox.filter, filter)
                && Objects.equals(mailbox.handback, handback));
    }

    @Override
    public MBeanNotificationInfo[] getNotificationInfo() {
        return info.clone();
    }

    /** Returns at once. */
    void send(Notification notification) {
        mailboxes.forEach(mailbox -> mailbox.put(notification));
    }

    /** Notifications that a listener did not get, as it was busy or threw. */
    long dropped() {
        return dropped.get();
    }

    /** Ends every delivery, those under way too. */
    @Override
    public void close() {
        closed = true;
        mailboxes.forEach(Mailbox::stop);
        mailboxes.clear();
    }

    private void remove(Predicate<Mailbox> which) throws ListenerNotFoundException {
        if (!mailboxes.removeIf(which)) {
            throw new ListenerNotFoundException("this listener is not registered");
        }
    }

    private final class Mailbox {

        private final NotificationListener listener;
        private final @Nullable NotificationFilter filter;
        private final @Nullable Object handback;
        private final Queue<Notification> waiting = new ArrayDeque<>();
        private @Nullable Thread thread;

        private Mailbox(NotificationListener listener, @Nullable NotificationFilter filter, @Nullable Object handback) {
            this.listener = listener;
            this.filter = filter;
            this.handback = handback;
        }

        private synchronized void put(Notification notification) {
            if (closed || waiting.size() >= MOST_WAITING) {
                dropped.incrementAndGet();
                return;
            }
            waiting.add(notification);
            if (thread == null) {
                Thread started = new Thread(null, this::deliver, THREAD_NAME, 0, false);
                started.setDaemon(true);
                started.setContextClassLoader(ClassLoader.getSystemClassLoader());
                thread = started;
                started.start();
            }
        }

        private synchronized @Nullable Notification take() {
            Notification next = closed ? null : waiting.poll();
            if (next == null) {
                thread = null;
            }
            return next;
        }

        private synchronized void stop() {
            waiting.clear();
            if (thread != null) {
                thread.interrupt();
            }
        }

        private void deliver() {
            for (Notification next = take(); next != null; next = take()) {
                try {
                    if (filter == null || filter.isNotificationEnabled(next)) {
                        listener.handleNotification(next, handback);
                    }
                } catch (Throwable listenersOwn) {
                    dropped.incrementAndGet();
                }
            }
        }
    }
}
