/**
 * What Linux says of TCP in the JVM's own network namespace: /proc, sock_diag and TCP_INFO. Knows nothing of the JVM. May
 * use {@code address}, {@code concurrent}, JNA and the JDK; used by {@code correlate}, which alone joins it with
 * connections, by {@code cli}, which reads the host with it, and as value types by whatever shows them.
 */
@NullMarked
package dev.tcphealth.kernel;

import org.jspecify.annotations.NullMarked;
