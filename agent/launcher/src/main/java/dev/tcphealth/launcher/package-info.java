/**
 * Zone 2, the only classes of the agent on the application's class path: the entry points, and what brings the agent's own
 * loader into java.base. JDK only. Nothing here may run long, print more than a line, or let an exception out. Nothing here
 * keeps Instrumentation: an application can read these classes by reflection.
 */
@NullMarked
package dev.tcphealth.launcher;

import org.jspecify.annotations.NullMarked;
