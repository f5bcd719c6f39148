/**
 * The shipped jar on real JVMs. Classes that end in {@code App} run in child JVMs, with the agent beside them; the tests
 * ask them over their standard input and read what a user reads: MBeans, the report, standard error.
 */
@NullMarked
package dev.tcphealth.launcher;

import org.jspecify.annotations.NullMarked;
