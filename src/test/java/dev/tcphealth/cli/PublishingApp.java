package dev.tcphealth.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * A JVM that publishes what it is told to, a line of a properties file each; without a value the property goes. So can
 * any application: no agent is in it. Needs --add-exports java.base/jdk.internal.vm=ALL-UNNAMED.
 */
public final class PublishingApp {
    private PublishingApp() {}

    public static void main(String[] args) throws Exception {
        Properties published = (Properties) Class.forName("jdk.internal.vm.VMSupport")
                .getMethod("getAgentProperties")
                .invoke(null);
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Properties given = new Properties();
            given.load(new StringReader(line));
            given.forEach((key, value) -> {
                if (value.toString().isEmpty()) {
                    published.remove(key);
                } else {
                    published.put(key, value);
                }
            });
            System.out.println("published");
        }
    }
}
