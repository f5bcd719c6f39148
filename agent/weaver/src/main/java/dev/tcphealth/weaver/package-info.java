/**
 * Puts the calls to the hook into the JDK's socket classes, and takes them out again. Zone 3: loaded by the isolating
 * loader. Uses Byte Buddy and the core; the launcher alone uses it, by way of {@link dev.tcphealth.weaver.AgentSession}.
 */
@NullMarked
package dev.tcphealth.weaver;

import org.jspecify.annotations.NullMarked;
