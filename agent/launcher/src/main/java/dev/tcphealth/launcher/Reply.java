package dev.tcphealth.launcher;

import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The answer to the command line that attached: its nonce, one of three words, and what is for a person, in a property
 * of the JVM that the attach mechanism gives out.
 */
final class Reply {

    static final String OK = "ok\n";
    static final String REFUSED = "refused\n";
    static final String FAILED = "failed\n";

    private static final String KEY = "dev.tcphealth.reply";

    private final String nonce;
    private final Instrumentation instrumentation;

    Reply(String nonce, Instrumentation instrumentation) {
        this.nonce = nonce;
        this.instrumentation = instrumentation;
    }

    void put(String text) throws ReflectiveOperationException {
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of("jdk.internal.vm", Set.of(Reply.class.getModule())),
                Map.of(),
                Set.of(),
                Map.of());
        Properties properties = (Properties) Class.forName("jdk.internal.vm.VMSupport")
                .getMethod("getAgentProperties")
                .invoke(null);
        properties.setProperty(KEY, nonce + "\n" + text);
    }
}
