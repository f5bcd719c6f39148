package dev.tcphealth.mbean;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;
import javax.management.DynamicMBean;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanRegistrationException;
import javax.management.MBeanServer;
import javax.management.NotificationEmitter;
import org.jspecify.annotations.Nullable;

/**
 * The server that a jmxutils exporter registers at, so that the exporter's own record of names stays right. The exporter
 * keeps a name that it cannot unregister, and refuses to export it ever again ("key already exported"): an MBean that
 * somebody else has unregistered counts as unregistered.
 */
final class ExportServer {

    private ExportServer() {}

    /** For ordinary MBeans. */
    static MBeanServer of(MBeanServer server) {
        return of(server, mbean -> mbean);
    }

    /** For an MBean that sends notifications by this emitter, which jmxutils does not know. */
    static MBeanServer of(MBeanServer server, NotificationEmitter emitter) {
        return of(server, mbean -> new EmittingMBean(mbean, emitter));
    }

    private static MBeanServer of(MBeanServer server, UnaryOperator<DynamicMBean> registered) {
        return (MBeanServer) Proxy.newProxyInstance(
                ExportServer.class.getClassLoader(), new Class<?>[] {MBeanServer.class}, (proxy, method, args) -> {
                    if (method.getName().equals("registerMBean")) {
                        args[0] = registered.apply((DynamicMBean) args[0]);
                    }
                    try {
                        return method.invoke(server, args);
                    } catch (InvocationTargetException e) {
                        if (method.getName().equals("unregisterMBean") && isGone(e.getCause())) {
                            return null;
                        }
                        throw e.getCause();
                    }
                });
    }

    /** Also where an MBean server of the application's refuses: then nothing more can be done about it. */
    private static boolean isGone(@Nullable Throwable failure) {
        return failure instanceof InstanceNotFoundException || failure instanceof MBeanRegistrationException;
    }
}
