/** Tests of what can be tested without a real JVM's memory; the weaver's tests have it. */
@NullMarked
package dev.tcphealth.hotspot;

import org.jspecify.annotations.NullMarked;
