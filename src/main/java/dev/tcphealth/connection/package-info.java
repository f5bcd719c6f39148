/**
 * What this JVM did: the connections it opened and accepted, the code paths that opened and closed them, where they
 * led. Runs on the application's threads. Knows nothing of the kernel. May use {@code address}, {@code concurrent} and the
 * JDK; used by the weaver, which brings the events, and by {@code correlate}.
 */
@NullMarked
package dev.tcphealth.connection;

import org.jspecify.annotations.NullMarked;
