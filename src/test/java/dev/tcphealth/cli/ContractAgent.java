package dev.tcphealth.cli;

import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The agent's side of the contract and nothing else; its options make it misbehave. */
public final class ContractAgent {
    private ContractAgent() {}

    public static void agentmain(@Nullable String arguments) throws Exception {
        if (arguments == null) {
            throw new IllegalArgumentException("no arguments");
        }
        String[] parts = arguments.split(",", 3);
        String nonce = parts[1];
        if (parts[0].equals("@detach")) {
            properties().keySet().removeIf(key -> key.toString().startsWith("tcphealth."));
            reply(nonce, "ok\nout again\n");
        } else {
            attach(nonce, parts[2]);
        }
    }

    private static void reply(String nonce, String text) throws IOException {
        properties().setProperty("dev.tcphealth.reply", nonce + "\n" + text);
    }

    private static void attach(String nonce, String options) throws Exception {
        switch (options) {
            case "app=refuse" -> reply(nonce, "refused\nunknown option: refuse\n");
            case "app=fail" -> reply(nonce, "failed\nno /proc here\n");
            case "app=babble" -> reply(nonce, "what?\n");
            case "app=silent" -> {}
            case "app=other" -> reply("0123456789abcdef", "ok\n");
            case "app=throw" -> throw new IllegalStateException("thrown by the test's agent");
            case "app=hang" -> new CountDownLatch(1).await();
            case "app=die" -> Runtime.getRuntime().halt(3);
            default -> {
                settle();
                reply(nonce, "ok\noptions [" + options + "] nonce " + nonce + "\n");
            }
        }
    }

    private static void settle() throws IOException {
        properties().setProperty("tcphealth.version", "1.2.3");
        properties().setProperty("tcphealth.report.text", "line one\n  \u00fcber \u4f60\u597d = # ! \\ line two\n");
        properties().setProperty("tcphealth.report.json", "{\"a\": 1}");
    }

    /** Needs --add-exports java.base/jdk.internal.vm=ALL-UNNAMED. */
    private static Properties properties() throws IOException {
        try {
            return (Properties) Class.forName("jdk.internal.vm.VMSupport")
                    .getMethod("getAgentProperties")
                    .invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
    }
}
