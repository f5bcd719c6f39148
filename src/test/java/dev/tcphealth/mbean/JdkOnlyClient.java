package dev.tcphealth.mbean;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import javax.management.Attribute;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What JConsole is to the agent: a JVM with nothing but the JDK. Started from this source file, with the address of a
 * connector; reads everything there is in the domain and prints OK, or what is wrong.
 */
public final class JdkOnlyClient {

    private final MBeanServerConnection server;
    private final List<String> wrong = new ArrayList<>();
    private int attributes;

    private JdkOnlyClient(MBeanServerConnection server) {
        this.server = server;
    }

    @SuppressWarnings("BanJNDI") // it connects to the test that started it
    public static void main(String[] args) throws Exception {
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(args[0]))) {
            JdkOnlyClient client = new JdkOnlyClient(connector.getMBeanServerConnection());
            client.walk();
            client.operate();
            client.wrong.forEach(System.out::println);
            System.out.println((client.wrong.isEmpty() ? "OK " : "WRONG ") + client.attributes + " attributes");
        }
    }

    private void walk() throws Exception {
        for (ObjectName name : new TreeSet<>(server.queryNames(new ObjectName("tcphealth:*"), null))) {
            MBeanInfo info = server.getMBeanInfo(name);
            described(name.toString(), info.getDescription());
            String[] names = Arrays.stream(info.getAttributes())
                    .map(MBeanAttributeInfo::getName)
                    .toArray(String[]::new);
            int read = server.getAttributes(name, names).size();
            check(read == names.length, name + " has " + names.length + " attributes, of which " + read + " came");
            for (MBeanAttributeInfo attribute : info.getAttributes()) {
                attribute(name, attribute);
            }
            for (MBeanOperationInfo operation : info.getOperations()) {
                described(name + " " + operation.getName(), operation.getDescription());
                for (MBeanParameterInfo parameter : operation.getSignature()) {
                    described(name + " " + operation.getName() + " " + parameter.getName(), parameter.getDescription());
                }
            }
        }
    }

    private void attribute(ObjectName name, MBeanAttributeInfo attribute) throws Exception {
        String what = name + " " + attribute.getName();
        String description = attribute.getDescription();
        described(what, description);
        Object value = server.getAttribute(name, attribute.getName());
        attributes++;
        if (value instanceof Double && !attribute.isWritable()) {
            check(description.contains("NaN: unknown"), what + " does not say how it is unknown");
            check(
                    description.contains("per second") || description.matches(".*(percent|seconds).*"),
                    what + " has no unit");
        }
        if (value instanceof Long) {
            check(description.contains("-1: unknown"), what + " does not say how it is unknown");
            check(description.contains("("), what + " has no unit");
        }
    }

    private void operate() throws Exception {
        ObjectName codePaths = new ObjectName("tcphealth:type=CodePaths");
        TabularData table = (TabularData) server.getAttribute(codePaths, "Table");
        int id = (Integer) table.get(new Object[] {1}).get("Id");
        Object stack = server.invoke(codePaths, "stack", new Object[] {id}, new String[] {"int"});
        check(stack.toString().contains("    at "), "no stack: " + stack);
        server.invoke(codePaths, "reset", null, null);
        ObjectName agent = new ObjectName("tcphealth:type=Agent");
        server.setAttribute(agent, new Attribute("IntervalSeconds", 2.5));
        check(server.getAttribute(agent, "IntervalSeconds").equals(2.5), "the interval was not set");
        refused(() -> server.setAttribute(agent, new Attribute("IntervalSeconds", -1.0)));
        refused(() -> server.invoke(codePaths, "stack", new Object[] {-1}, new String[] {"int"}));
    }

    /** What the server throws must be of JDK types too, or it would arrive as an UnmarshalException. */
    private void refused(Call call) {
        try {
            call.run();
            wrong.add("not refused");
        } catch (javax.management.MBeanException e) {
            check(e.getCause() instanceof IllegalArgumentException, "refused by " + e.getCause());
        } catch (Exception e) {
            wrong.add("refused by " + e);
        }
    }

    private void described(String what, String description) {
        check(description != null && description.length() > 10, what + " has no description");
    }

    private void check(boolean right, String otherwise) {
        if (!right) {
            wrong.add(otherwise);
        }
    }

    private interface Call {
        void run() throws Exception;
    }
}
