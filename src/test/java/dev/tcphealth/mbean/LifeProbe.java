package dev.tcphealth.mbean;

import dev.tcphealth.health.HealthReport;
import dev.tcphealth.report.Samples;
import java.lang.management.ManagementFactory;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** One life of the MBeans, to be run where the test wants it: in a loader of its own, in a small runtime. */
public final class LifeProbe implements Runnable {

    public static void main(String[] args) {
        new LifeProbe().run();
        System.out.println("OK");
    }

    @Override
    public void run() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try (MBeans mbeans = new MBeans(server, new TestAgent())) {
            mbeans.show(Samples.bad(), HealthReport.NONE);
            // A view that only a weak reference holds must be unregistered like the others.
            System.gc();
            for (ObjectName name : server.queryNames(new ObjectName("tcphealth:*"), null)) {
                for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                    server.getAttribute(name, attribute.getName());
                }
            }
            mbeans.show(Samples.healthy(), HealthReport.NONE);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
