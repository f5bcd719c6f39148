/**
 * Canonical addresses, shared by what the kernel says and what the JVM did: an IPv4 address is always the IPv4-mapped
 * IPv6 address, so both sides compare as numbers. May use the JDK only; every other package may use it.
 */
@NullMarked
package dev.tcphealth.address;

import org.jspecify.annotations.NullMarked;
