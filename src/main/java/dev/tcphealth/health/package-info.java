/**
 * Judges Snapshots: rules give findings with evidence and advice, and forecasts say when something will run out. Pure
 * functions of the Snapshots they are shown, one after the other; no clock, no kernel. May use {@code correlate}, {@code
 * kernel}'s value types, {@code config}, {@code address} and {@code text}; used by whatever shows.
 */
@NullMarked
package dev.tcphealth.health;

import org.jspecify.annotations.NullMarked;
