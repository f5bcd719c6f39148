/**
 * Every option, once: key, default, help. Depends on the JDK alone and is cheap to load, as premain checks
 * options with it; everything may use it.
 */
@NullMarked
package dev.tcphealth.config;

import org.jspecify.annotations.NullMarked;
