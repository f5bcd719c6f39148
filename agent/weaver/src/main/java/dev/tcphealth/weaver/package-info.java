/**
 * Puts the calls to the hook into the JDK's socket classes, and takes them out again. Zone 3: in the named module
 * dev.tcphealth, the only one that java.base is opened to, which exports and opens nothing. Uses ASM and the core. The
 * launcher alone uses it, through three doors that it knows by name and as JDK types:
 * {@link dev.tcphealth.weaver.AgentEntry}, {@link dev.tcphealth.weaver.DoorMaker} and
 * {@link dev.tcphealth.weaver.Commands}. What these cannot reach is not in the jar. Code with sun.misc.Unsafe, JNI, an
 * agent of its own or --add-opens can reach everything all the same.
 */
@NullMarked
package dev.tcphealth.weaver;

import org.jspecify.annotations.NullMarked;
