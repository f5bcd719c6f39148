/**
 * The command line: list, attach, detach, report. Talks to other JVMs by the attach mechanism alone. Nothing
 * uses it but the launcher's main.
 */
@NullMarked
package dev.tcphealth.cli;

import org.jspecify.annotations.NullMarked;
