package dev.tcphealth.mbean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tcphealth.health.HealthReport;
import dev.tcphealth.report.Samples;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.rmi.server.RMIServerSocketFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import org.junit.jupiter.api.Test;

/** The MBeans seen from other JVMs, and what stays of them afterwards. */
class MBeansLifeTest {

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @Test
    void aClientWithNothingButTheJdkReadsEverything() throws Exception {
        System.setProperty("java.rmi.server.hostname", "127.0.0.1");
        MBeanServer server = MBeanServerFactory.newMBeanServer();
        RMIServerSocketFactory loopback = port -> new ServerSocket(port, 0, InetAddress.getLoopbackAddress());
        JMXConnectorServer connector = JMXConnectorServerFactory.newJMXConnectorServer(
                new JMXServiceURL("rmi", "127.0.0.1", 0),
                Map.of(RMIConnectorServer.RMI_SERVER_SOCKET_FACTORY_ATTRIBUTE, loopback),
                server);
        connector.start();
        TestAgent agent = new TestAgent();
        try (MBeans mbeans = new MBeans(server, agent)) {
            mbeans.show(Samples.bad(), HealthReport.NONE);
            Path client = Path.of("test/java/dev/tcphealth/mbean/JdkOnlyClient.java");
            assertThat(client).exists();
            assertThat(java(client.toString(), connector.getAddress().toString()))
                    .matches("OK [45]\\d\\d attributes\n");
            assertThat(agent.resets).isEqualTo(1);
        } finally {
            connector.stop();
        }
    }

    @Test
    void twoModulesOfTheJdkAreEnough() throws Exception {
        assertThat(java("--limit-modules", "java.base,java.management", "-cp", CLASS_PATH, LifeProbe.class.getName()))
                .isEqualTo("OK\n");
    }

    @Test
    void nothingHoldsTheClassesAfterClose() throws Exception {
        WeakReference<ClassLoader> loader = liveInALoaderOfItsOwn();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    System.gc();
                    return loader.get() == null;
                });
    }

    private static WeakReference<ClassLoader> liveInALoaderOfItsOwn() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Runnable probe = Class.forName(LifeProbe.class.getName(), true, loader)
                    .asSubclass(Runnable.class)
                    .getDeclaredConstructor()
                    .newInstance();
            assertThat(probe.getClass().getClassLoader()).isSameAs(loader);
            probe.run();
            assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("tcphealth:*"), null))
                    .isEmpty();
            return new WeakReference<>(loader);
        }
    }

    private static URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : CLASS_PATH.split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /** Runs the JDK of this test and gives what it printed on both outputs; a warning is a failure as well. */
    private static String java(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
