package dev.tcphealth.config;

/** The thread by which the command line knows, from /proc alone, that the agent is in a JVM. */
public final class SamplerThread {

    /** The kernel keeps 15 characters, and which of a longer name depends on the JDK (JDK-8368124). */
    public static final String NAME = "tcp-health";

    private SamplerThread() {}
}
