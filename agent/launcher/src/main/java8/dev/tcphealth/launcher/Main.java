package dev.tcphealth.launcher;

import java.lang.instrument.Instrumentation;

/**
 * The class the manifest names: of -javaagent, of an attached agent and of {@code java -jar}. Compiled for Java 8, so
 * that an old JVM can load it and be told in a line what is wrong, where otherwise it would abort with an
 * UnsupportedClassVersionError. Everything else is in {@link Launcher}.
 */
public final class Main {

    private static final int OLDEST = 17;

    private Main() {}

    /** -javaagent. Nothing escapes: an exception here would abort the JVM. */
    public static void premain(String options, Instrumentation instrumentation) {
        try {
            if (supported()) {
                Launcher.premain(options, instrumentation);
            }
        } catch (Throwable t) {
            complain(t);
        }
    }

    /** Attach, or {@code Launcher-Agent-Class}. */
    public static void agentmain(String arguments, Instrumentation instrumentation) {
        try {
            if (supported()) {
                Launcher.agentmain(arguments, instrumentation);
            }
        } catch (Throwable t) {
            complain(t);
        }
    }

    /** The command line. */
    public static void main(String[] args) {
        System.exit(supported() ? Launcher.commandLine(args) : 1);
    }

    private static boolean supported() {
        String version;
        try {
            version = System.getProperty("java.specification.version");
        } catch (SecurityException e) {
            // The policy of a SecurityManager does not know the agent. An old JVM cannot load the launcher: see below.
            return true;
        }
        String complaint = complaint(version);
        if (!complaint.isEmpty()) {
            System.err.println(complaint);
        }
        return complaint.isEmpty();
    }

    private static void complain(Throwable t) {
        System.err.println(
                t instanceof UnsupportedClassVersionError
                        ? complaint("an older one")
                        : "tcp-health: cannot start: " + t);
    }

    /** Gives what is wrong with a JVM of this version; empty if nothing is */
    static String complaint(String specificationVersion) {
        try {
            String version = String.valueOf(specificationVersion);
            int feature = Integer.parseInt(version.startsWith("1.") ? version.substring(2) : version);
            if (feature >= OLDEST) {
                return "";
            }
        } catch (NumberFormatException e) {
            // told below, as an old version is
        }
        return "tcp-health: needs Java " + OLDEST + " or later and this is Java " + specificationVersion
                + ": the agent is not started, the application is not affected";
    }
}
