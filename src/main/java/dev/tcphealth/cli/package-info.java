/**
 * The command line: list, attach, detach, report, watch, host. Talks to other JVMs by the attach mechanism, and believes
 * nothing that another process says. May use {@code config}, {@code text}, of {@code kernel} what reads the host, of
 * {@code health} what judges it, picocli, byte-buddy-agent and the JDK; nothing uses it but the weaver's {@code
 * Commands}.
 */
@NullMarked
package dev.tcphealth.cli;

import org.jspecify.annotations.NullMarked;
