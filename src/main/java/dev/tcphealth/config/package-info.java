/**
 * Every option, once: key, default, help; and what the agent and the command line must agree on. Depends on
 * {@code address} and the JDK alone and is cheap to load, as premain checks options with it; everything may use it.
 */
@NullMarked
package dev.tcphealth.config;

import org.jspecify.annotations.NullMarked;
