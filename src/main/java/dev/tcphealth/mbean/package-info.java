/**
 * JMX views of a Snapshot, made with jmxutils: JDK and open types only, one scalar per thing to plot. Never reads the
 * kernel. May use {@code correlate}, {@code health}, {@code report}, {@code kernel}'s value types and {@code config}.
 */
@NullMarked
package dev.tcphealth.mbean;

import org.jspecify.annotations.NullMarked;
