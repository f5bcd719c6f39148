/** Benchmarks: JMH's, and programs for {@code scripts/bench}. Ship nowhere; may use everything. */
@NullMarked
package dev.tcphealth.bench;

import org.jspecify.annotations.NullMarked;
