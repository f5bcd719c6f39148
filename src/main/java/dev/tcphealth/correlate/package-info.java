/**
 * Joins what the kernel says with what this JVM did, every interval, into one immutable {@code Snapshot}. May use
 * {@code kernel}, {@code connection}, {@code address}, {@code concurrent} and {@code config}; everything that shows or judges reads its
 * Snapshots and nothing else.
 */
@NullMarked
package dev.tcphealth.correlate;

import org.jspecify.annotations.NullMarked;
