package dev.tcphealth.cli;

import java.io.PrintStream;

/**
 * What every command works with.
 *
 * @param out for results: harmless to a terminal, in its charset
 * @param json the same in UTF-8, for JSON
 * @param err for progress and what went wrong
 */
record Session(AgentJar agentJar, PrintStream out, PrintStream json, PrintStream err, JvmFinder jvms) {}
