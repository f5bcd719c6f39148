package dev.tcphealth.cli;

import java.io.PrintStream;

/** The warning a JVM itself prints whenever an agent is loaded into it: it worries people, and is not ours to stop. */
final class JvmWarning {
    private static final int FIRST_JDK_THAT_WARNS = 21; // JEP 451

    private JvmWarning() {}

    static void explain(JvmProcess jvm, PrintStream err) {
        if (jvm.jdk().feature().orElse(0) >= FIRST_JDK_THAT_WARNS
                && jvm.command().flag("EnableDynamicAgentLoading").isEmpty()) {
            err.println("Note: JDK " + jvm.jdk() + " prints a warning about this on the application's standard error;"
                    + " start it with -javaagent or -XX:+EnableDynamicAgentLoading to avoid that.");
        }
    }
}
