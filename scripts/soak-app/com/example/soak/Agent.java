package com.example.soak;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/** The agent of this JVM: what it counts, and the notifications it sends. */
final class Agent {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private final Map<String, AtomicLong> notifications = new ConcurrentHashMap<>();

    /** Runs a command of the agent's command line on this JVM. */
    static void command(String jar, String command, String... options) throws IOException, InterruptedException {
        String java = System.getProperty("java.home") + "/bin/java";
        List<String> words = new java.util.ArrayList<>(List.of(java, "-Xmx64m", "-jar", jar, command));
        words.add(Long.toString(ProcessHandle.current().pid()));
        words.addAll(List.of(options));
        int exit = new ProcessBuilder(words).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException(command + " ended with " + exit);
        }
    }

    void listen() throws JMException {
        SERVER.addNotificationListener(
                name("Health"),
                (notification, none) -> notifications
                        .computeIfAbsent(notification.getType(), type -> new AtomicLong())
                        .incrementAndGet(),
                null,
                null);
    }

    /** Notifications whose type contains this. */
    long notified(String type) {
        return notifications.entrySet().stream()
                .filter(entry -> entry.getKey().toLowerCase(java.util.Locale.ROOT).contains(type))
                .mapToLong(entry -> entry.getValue().get())
                .sum();
    }

    static boolean isUp() throws JMException {
        return SERVER.isRegistered(name("Jvm")) && SERVER.isRegistered(name("Agent"));
    }

    static long number(String type, String attribute) throws JMException {
        return ((Number) SERVER.getAttribute(name(type), attribute)).longValue();
    }

    static Object value(String type, String attribute) throws JMException {
        return SERVER.getAttribute(name(type), attribute);
    }

    static long sum(String type, String column) throws JMException {
        long sum = 0;
        for (Object row : ((TabularData) SERVER.getAttribute(name(type), "Table")).values()) {
            sum += ((Number) ((CompositeData) row).get(column)).longValue();
        }
        return sum;
    }

    /** All totals that the agent has, beside what they must be. */
    static Map<String, long[]> totals(long opened, long accepted) throws JMException, IOException {
        Map<String, long[]> totals = new TreeMap<>();
        totals.put("Jvm Opened", new long[] {number("Jvm", "Opened"), opened});
        totals.put("Jvm Accepted", new long[] {number("Jvm", "Accepted"), accepted});
        totals.put("Jvm Closed", new long[] {number("Jvm", "Closed"), opened + accepted});
        totals.put("Jvm Live", new long[] {number("Jvm", "Live"), 0});
        totals.put("Jvm CloseWait", new long[] {number("Jvm", "CloseWait"), 0});
        totals.put("Jvm TimeWaitOthers", new long[] {number("Jvm", "TimeWaitOthers"), 0});
        totals.put("Host TimeWait", new long[] {number("Host", "TimeWait"), Kernel.timeWait()});
        totals.put("CodePaths Opened", new long[] {sum("CodePaths", "Opened"), opened});
        totals.put("CodePaths Accepted", new long[] {sum("CodePaths", "Accepted"), accepted});
        totals.put("CodePaths Closed", new long[] {sum("CodePaths", "Closed"), opened + accepted});
        totals.put("CodePaths TimeWait", new long[] {sum("CodePaths", "TimeWait"), Kernel.timeWait()});
        totals.put("Agent ErrorsSwallowed", new long[] {number("Agent", "ErrorsSwallowed"), 0});
        return totals;
    }

    private static ObjectName name(String type) throws JMException {
        return new ObjectName("tcphealth:type=" + type);
    }
}
