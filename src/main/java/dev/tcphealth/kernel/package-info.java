/**
 * What Linux says of TCP: /proc, sock_diag and TCP_INFO, in the JVM's own network namespace. Knows nothing
 * of the JVM. May use {@code address} and the JDK; used by {@code correlate}, which alone joins it with connections.
 */
@NullMarked
package dev.tcphealth.kernel;

import org.jspecify.annotations.NullMarked;
