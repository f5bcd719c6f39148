package dev.tcphealth.report;

/**
 * Which JVM a report is about.
 *
 * @param pid its process id
 * @param main its main class or command
 * @param javaVersion the version of its JDK, such as 25.0.1
 * @param agentVersion the version of the agent in it
 * @param host the name of its host or container
 */
public record ReportContext(long pid, String main, String javaVersion, String agentVersion, String host) {}
