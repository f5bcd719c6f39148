package dev.tcphealth.cli;

import java.io.PrintStream;

/**
 * What every command works with.
 *
 * @param out for results
 * @param err for progress and what went wrong
 */
record Session(AgentJar agentJar, PrintStream out, PrintStream err, JvmFinder jvms) {}
