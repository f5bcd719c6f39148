/**
 * Puts the calls to the hook into the JDK's socket classes, and takes them out again. Zone 3: loaded by the isolating
 * loader. Uses ASM and the core. The launcher alone uses it, through three doors that it knows by name and as JDK
 * types: {@link dev.tcphealth.weaver.AgentStart}, {@link dev.tcphealth.weaver.OptionCheck} and
 * {@link dev.tcphealth.weaver.Commands}. What these cannot reach is not in the jar.
 */
@NullMarked
package dev.tcphealth.weaver;

import org.jspecify.annotations.NullMarked;
