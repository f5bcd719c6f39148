/**
 * A Snapshot as a page of text for a person and as JSON for a program, and what both and the MBeans say of it, worked
 * out once ({@code Facts}, {@code Breakdown}). Pure functions of a Snapshot and what is judged of it; uses {@code
 * correlate}, {@code health}, {@code text} and {@code
 * kernel}'s value types.
 */
@NullMarked
package dev.tcphealth.report;

import org.jspecify.annotations.NullMarked;
