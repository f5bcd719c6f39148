/**
 * What HotSpot lays out in memory: its own description of its structures, its compiled code, and the physical frames of
 * the current thread. Reads, and writes nothing. May use {@code concurrent} and the JDK; used by the root,
 * which hands it to {@code connection} as a function.
 */
@NullMarked
package dev.tcphealth.hotspot;

import org.jspecify.annotations.NullMarked;
